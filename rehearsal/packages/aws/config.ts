/** What Configure leaves behind: one provider, bound to an account and a region. */
export interface AwsConfig {
  readonly accountId: string;
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}
