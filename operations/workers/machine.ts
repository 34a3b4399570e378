/** Where a pool's machines come from, as in groundwork:metalWorkers.source. */
type SourceKind = "equinix" | "ec2" | "hosts";

/** A machine as its vendor tells of it now. */
export interface FoundMachine {
  readonly source: SourceKind;
  readonly id: string;
  readonly name: string;
  /** The slot that its tags, or else its name, say; undefined when neither does. */
  readonly slot: number | undefined;
  /** The vendor's own word: `running`, `active`, `provisioning`. */
  readonly state: string;
  /** Plan or instance type; empty where nobody knows. */
  readonly kind: string;
  readonly address: string | undefined;
  readonly createdAt: Date | undefined;
  readonly price: Price;
  /** Why the vendor will not delete it: it is locked. */
  readonly locked?: string;
  /** The vendor's own command that starts it, where it is stopped and nobody here does. */
  readonly start?: string;
}

/** What a machine costs; unknown is said, with what to do about it. */
export type Price =
  | { readonly kind: "known"; readonly dollarsPerHour: number; readonly from: string }
  | { readonly kind: "unknown"; readonly why: string };

/** How one vendor is asked. */
export interface Machines {
  readonly source: SourceKind;
  /** Every machine of the pool that exists and is not going: by its tags or by its name. */
  find(): Promise<readonly FoundMachine[]>;
  /** Deletes a machine at its vendor, which may take minutes after it has answered. */
  remove(id: string): Promise<void>;
  close(): void;
}

/** Whether the vendor says that it is up. */
export function isUp({ state }: Pick<FoundMachine, "state">): boolean {
  return state === "running" || state === "active";
}

/** Hours that a machine exists; undefined where its beginning is not known. */
export function ageHours({ createdAt }: Pick<FoundMachine, "createdAt">, now: Date): number | undefined {
  return createdAt === undefined ? undefined : Math.max(0, (now.getTime() - createdAt.getTime()) / 3_600_000);
}
