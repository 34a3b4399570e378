/** The URL schemes that the application knows. */
export const schemes = ["dynamodb", "s3", "sqs"] as const;
export type Scheme = (typeof schemes)[number];
