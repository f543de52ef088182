/** Something that can be looked at. It asks for what it needs to know at most once, whichever checks want it. */
export interface Subject {
  /** `webhook`, `endpoint`, …: what the report puts before the name. */
  readonly kind: string;
  /** As a person knows it: the resource's name, a host, a folder. */
  readonly name: string;
  /** The organisation it is in, where it is in one. */
  readonly organisation?: Subject;
  /** What is said of it, with the settings called as its program calls them. */
  readonly respell?: ((text: string) => string) | undefined;
}
