/** What no program asks for that was written for this plugin's schema. */
export class InvalidRequest extends Error {
  override readonly name = "InvalidRequest";
}
