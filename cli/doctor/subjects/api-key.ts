import type { AuthTokenData } from "../../../providers/kustomer/answers";
import type { ApiKeyOutputs } from "../../../providers/kustomer/api-key";
import { once } from "../once";
import type { StateResource } from "../state";
import type { SubjectOf } from "../subjects";
import type { Organisation } from "./organisation";

/** The key with which Airkit calls Kustomer. */
export class ApiKeySubject implements SubjectOf<"API key"> {
  readonly kind = "API key";
  readonly name: string;
  readonly known: ApiKeyOutputs;

  constructor(
    resource: StateResource,
    readonly organisation: Organisation,
  ) {
    this.name = resource.name;
    this.known = resource.outputs as unknown as ApiKeyOutputs;
  }

  /** As Kustomer knows it: any key may ask for itself. */
  readonly now = once(async (): Promise<AuthTokenData> =>
    (await this.organisation.client()).currentAuthToken(this.known.token),
  );
}
