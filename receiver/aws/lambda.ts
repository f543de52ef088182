/** The parts of Lambda's events that are looked at: payload 2.0 of Function URLs and HTTP APIs, and SQS's batches. */

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export interface FunctionUrlEvent {
  readonly rawPath: string;
  /** Names in lower case; the values of a repeated header joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body?: string;
  /** Lambda decides by the content type and the bytes whether a body can be text. */
  readonly isBase64Encoded?: boolean;
}

export interface FunctionUrlResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue?: string } | undefined>>;
}

/** What is listed goes back to the queue; the rest of the batch is deleted from it. */
export interface SqsBatchResult {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}
