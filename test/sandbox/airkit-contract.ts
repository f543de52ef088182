import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
// Ajv's 2020-12 dialect is the one of OpenAPI 3.1; most validators of whole exchanges stop at 3.0.
import { Ajv2020 } from "ajv/dist/2020";
import { parse } from "yaml";
import { Json } from "./running";

const file = path.resolve("docs/airkit-console-api.yaml");

/** The document's own validator, by its author's command: whether it is OpenAPI 3.1 at all. */
export function documentIsValid(): boolean {
  const validator = path.resolve("node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js");
  return (
    new Json(JSON.parse(execFileSync(process.execPath, [validator, file], { encoding: "utf8" }))).at("valid") === true
  );
}

export interface Exchange {
  method: string;
  /** Below the base URL. */
  path: string;
  status: number;
  headers: Headers;
  body: unknown;
  sent: unknown;
}

/** Holds requests and answers against docs/airkit-console-api.yaml. */
export class Contract {
  readonly #document = new Json(parse(readFileSync(file, "utf8")));
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor() {
    this.#ajv.addSchema(this.#document.value as object, "api");
  }

  operations(): string[] {
    return Object.entries(this.#document.at("paths") ?? {}).flatMap(([path, item]) =>
      Object.keys(item as object)
        .filter((method) => method !== "parameters")
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  operationOf({ method, path }: Pick<Exchange, "method" | "path">): string {
    const template = path.split("?")[0]?.replace(/(\/v1\/[^/]+)\/[^/]+$/, "$1/{id}") ?? "";
    return `${method} ${template}`;
  }

  /** Everything in which an exchange is not as the document says. */
  mistakes(exchange: Exchange): string[] {
    const [method = "", template = ""] = this.operationOf(exchange).split(" ");
    const operation = ["paths", template, method.toLowerCase()];
    const response = this.#resolved([...operation, "responses", String(exchange.status)]);
    if (response === undefined) return [`${method} ${template} must not answer ${exchange.status}`];
    return [
      ...this.#bodyMistakes([...response, "content"], exchange.body),
      ...(exchange.status < 300 ? this.#bodyMistakes([...operation, "requestBody", "content"], exchange.sent) : []),
      ...Object.keys(this.#document.at(...response, "headers") ?? {})
        .filter((name) => !exchange.headers.has(name))
        .map((name) => `the header ${name} is missing`),
    ];
  }

  #bodyMistakes(content: string[], body: unknown): string[] {
    if (this.#document.at(...content) === undefined) return body === undefined ? [] : ["there must be no body"];
    const pointer = [...content, "application/json", "schema"]
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    const validate = this.#ajv.getSchema(`api#/${pointer}`);
    if (validate === undefined) return [`there is no schema at ${pointer}`];
    void validate(body);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ""}`);
  }

  #resolved(place: string[]): string[] | undefined {
    const value = this.#document.at(...place);
    if (value === undefined) return undefined;
    const reference = new Json(value).at("$ref");
    return typeof reference === "string" ? reference.slice(2).split("/") : place;
  }
}
