import { expect, test } from "@jest/globals";
import { launchBrowser } from "../../toolbox/browser";

test("a page is looked at and clicked in a browser, installed or not", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent(`<button onclick="this.textContent = 'clicked'">click me</button>`);
    await page.getByRole("button", { name: "click me" }).click();
    expect(await page.getByRole("button").textContent()).toBe("clicked");
  } finally {
    await browser.close();
  }
});

test("a browser that is named is taken", async () => {
  await expect(launchBrowser({ ...process.env, CHROME_PATH: "/nowhere/chrome" })).rejects.toThrow("/nowhere/chrome");
});
