import type { Locator, Page } from "playwright-core";

/** How long pulumi may take on a busy machine. */
const RUN_MS = 120_000;

/** A person with the console in one tab and both systems in the other, who clicks, copies and pastes, and types no id. */
export class OperatorByClicks {
  clicks = 0;

  constructor(
    private readonly console: Page,
    private readonly systems: Page,
  ) {}

  async makeKey(): Promise<void> {
    await this.step(/^Make the API key/, async (form) => {
      await this.carry(form, "Name", async () => {
        await this.click(this.systems.getByText("Add API key"));
        await this.paste(this.systems, this.systems.getByLabel("Name", { exact: true }).last());
      });
      await this.click(this.systems.getByRole("button", { name: "Create", exact: true }).first());
      await this.click(this.systems.getByRole("button", { name: /^copy the token of/ }));
      await this.paste(this.console, form.getByLabel(/token/));
    });
  }

  async makeAccount(): Promise<void> {
    await this.step(/^Make the connected account/, async (form) => {
      await this.click(this.systems.getByRole("link", { name: "Create new connected account" }));
      await this.carry(form, "Account Name", () => this.paste(this.systems, this.systems.getByLabel("Account Name")));
      await this.carry(form, "API key", () =>
        this.paste(this.systems, this.systems.getByLabel("API key", { exact: true })),
      );
      await this.createAndCarryBack("accounts", form);
    });
  }

  async makeResource(): Promise<void> {
    await this.step(/^Make the Resource/, async (form) => {
      await this.click(this.tab("Resources"));
      await this.click(this.systems.getByRole("link", { name: "Create new Resource" }));
      await this.carry(form, "Resource Name", () => this.paste(this.systems, this.systems.getByLabel("Resource Name")));
      await this.choose(this.systems.getByLabel("Datasource"), "support-account");
      await this.createAndCarryBack("resources", form);
    });
  }

  async makeHub(): Promise<void> {
    await this.step(/^Make the Conversation Hub/, async (form) => {
      await this.click(this.tab("Conversation Hubs"));
      await this.click(this.systems.getByRole("link", { name: "Create new Conversation Hub" }));
      await this.carry(form, "Name", () =>
        this.paste(this.systems, this.systems.getByLabel("Name", { exact: true }).last()),
      );
      await this.click(this.systems.getByRole("checkbox", { name: "Web Chat" }));
      await this.createAndCarryBack("hubs", form);
    });
  }

  async makeRoutingFlow(): Promise<void> {
    await this.step(/^Create the Routing Flow/, async (form) => {
      await this.click(this.tab("Routing Flows"));
      await this.click(this.systems.getByRole("link", { name: "Create Routing Flow" }));
      const flow = this.systems.getByRole("form", { name: "Create Routing Flow" });
      await this.carry(form, "Name", () => this.paste(this.systems, flow.getByLabel("Name", { exact: true })));
      await this.choose(flow.getByLabel("Conversation Hub"), "support-hub");
      await this.carry(form, "Webhook secret key", () =>
        this.paste(this.systems, flow.getByLabel("Webhook secret key")),
      );
      await this.choose(flow.getByLabel("Datasource id"), "support-account");
      await this.click(this.systems.getByRole("button", { name: "Create", exact: true }).last());
      await this.systems.waitForURL(/\/airkit\/routing-flows\/[0-9a-f-]{36}$/);
    });
  }

  /** Runs it to its end, and gives what it printed. */
  async up(): Promise<string> {
    await this.click(this.console.getByRole("button", { name: "pulumi up" }));
    await this.click(this.console.getByRole("button", { name: "Run pulumi up" }));
    // Until then it is the outcome of the run before that is shown.
    await this.console.getByText("pulumi up is running…").waitFor();
    const outcome = this.console.getByText(/^pulumi up (is done|failed)$/);
    await outcome.waitFor({ timeout: RUN_MS });
    const printed = await this.console.getByRole("region", { name: "What pulumi prints" }).innerText();
    if ((await outcome.innerText()) !== "pulumi up is done") throw new Error(`pulumi up failed:\n${printed}`);
    return printed;
  }

  async click(what: Locator): Promise<void> {
    this.clicks += 1;
    await what.click();
  }

  private tab(name: string): Locator {
    return this.systems.getByRole("navigation", { name: "Airkit's console" }).getByRole("link", { name });
  }

  /** Does what one step asks, then records it, and waits until it is gone. */
  private async step(title: RegExp, work: (form: Locator) => Promise<void>): Promise<void> {
    const form = this.console.getByRole("form", { name: title });
    await form.waitFor({ timeout: RUN_MS });
    await work(form);
    await this.click(form.getByRole("button", { name: /[rR]ecord$/ }));
    await form.waitFor({ state: "detached", timeout: RUN_MS });
  }

  /** Copies a field's value by its button in the console, and does with it what `use` does. */
  private async carry(form: Locator, field: string, use: () => Promise<void>): Promise<void> {
    const button = form.getByRole("button", { name: `copy ${field}`, exact: true });
    await this.click(button);
    await button.getByText("Copied").waitFor();
    await use();
  }

  private async createAndCarryBack(kind: string, form: Locator): Promise<void> {
    await this.click(this.systems.getByRole("button", { name: "Create", exact: true }).last());
    await this.systems.waitForURL(new RegExp(`/airkit/${kind}/[0-9a-f-]{36}$`));
    const button = this.systems.getByRole("button", { name: "copy the address of this page" });
    await this.click(button);
    await button.getByText("Copied").waitFor();
    await this.paste(this.console, form.getByLabel(/UUID/));
  }

  private async choose(select: Locator, label: string): Promise<void> {
    this.clicks += 2;
    await select.selectOption({ label });
  }

  private async paste(page: Page, field: Locator): Promise<void> {
    await this.click(field);
    await page.keyboard.press("ControlOrMeta+V");
  }
}
