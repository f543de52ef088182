/** An object of Airkit's console: its form's fields, secret ones included, beside these. */
export interface AirkitObject extends Record<string, unknown> {
  id: string;
  /** Opaque, set by whoever made it through the API; null on what a person made. */
  owner: string | null;
  createdAt: string;
  updatedAt: string;
}
