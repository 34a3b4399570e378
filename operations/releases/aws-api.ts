import type * as ec2Module from "@aws-sdk/client-ec2";
import type * as rdsModule from "@aws-sdk/client-rds";
import type * as ssmModule from "@aws-sdk/client-ssm";
import type * as stsModule from "@aws-sdk/client-sts";
import { createRequire } from "node:module";
import type { AwsClientConfig } from "../engine/aws-clients";

const load = createRequire(__filename);
const sdk = {
  ec2: () => load("@aws-sdk/client-ec2") as typeof ec2Module,
  rds: () => load("@aws-sdk/client-rds") as typeof rdsModule,
  ssm: () => load("@aws-sdk/client-ssm") as typeof ssmModule,
  sts: () => load("@aws-sdk/client-sts") as typeof stsModule,
};

/** An image as EC2 describes it. */
export interface MachineImage {
  readonly id: string;
  readonly name: string;
  readonly created: string | undefined;
  /** When EC2 stops showing it to those who do not ask for it by name; it can still be started. */
  readonly deprecated: string | undefined;
}

/** A call of a service that this program has no client of. */
interface SignedCall {
  readonly service: "eks" | "ecr";
  /** Host of the service where the configuration names no other endpoint. */
  readonly host: string;
  readonly region: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Of the JSON protocol: the operation, and what it is given. */
  readonly target?: string;
  readonly body?: unknown;
}

/** What is asked of AWS about releases. */
export class ReleasesApi {
  private readonly config: () => Promise<AwsClientConfig>;
  private readonly kept = new Map<string, Promise<readonly MachineImage[]>>();

  /** @param connect credentials of the stack's account, asked for when something is wanted, and once. */
  constructor(connect: () => Promise<AwsClientConfig>) {
    let connected: Promise<AwsClientConfig> | undefined;
    this.config = () => (connected ??= connect());
  }

  /** Minor versions of PostgreSQL that RDS makes. */
  async postgresVersions(): Promise<readonly string[]> {
    const { RDSClient, paginateDescribeDBEngineVersions } = sdk.rds();
    return this.with(new RDSClient(await this.config()), async (client) => {
      const versions: string[] = [];
      for await (const page of paginateDescribeDBEngineVersions({ client }, { Engine: "postgres" })) {
        versions.push(...(page.DBEngineVersions ?? []).flatMap(({ EngineVersion }) => EngineVersion ?? []));
      }
      return versions;
    });
  }

  /** A parameter's value; undefined where there is none. */
  async parameter(name: string): Promise<string | undefined> {
    const { SSMClient, GetParameterCommand, ParameterNotFound } = sdk.ssm();
    return this.with(new SSMClient(await this.config()), async (client) => {
      try {
        return (await client.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
      } catch (error) {
        if (error instanceof ParameterNotFound) {
          return undefined;
        }
        throw error;
      }
    });
  }

  /** Images of an owner by name, deprecated ones too; each question is asked once. */
  publicImages(region: string, owner: string, name: string): Promise<readonly MachineImage[]> {
    const question = `${region} ${owner} ${name}`;
    const asked =
      this.kept.get(question) ??
      this.images(region, {
        Owners: [owner],
        Filters: [
          { Name: "name", Values: [name] },
          { Name: "state", Values: ["available"] },
        ],
      });
    this.kept.set(question, asked);
    return asked;
  }

  /** An image by its id; undefined where nobody shows this account one. */
  async image(region: string, id: string): Promise<MachineImage | undefined> {
    try {
      return (await this.images(region, { ImageIds: [id] }))[0];
    } catch (error) {
      if (error instanceof Error && /^InvalidAMIID\./.test(error.name)) {
        return undefined;
      }
      throw error;
    }
  }

  private async images(
    region: string,
    input: ec2Module.DescribeImagesCommandInput,
  ): Promise<readonly MachineImage[]> {
    const { EC2Client, paginateDescribeImages } = sdk.ec2();
    return this.with(new EC2Client({ ...(await this.config()), region }), async (client) => {
      const found: MachineImage[] = [];
      for await (const page of paginateDescribeImages({ client }, { ...input, IncludeDeprecated: true })) {
        found.push(
          ...(page.Images ?? []).map(({ ImageId, Name, CreationDate, DeprecationTime }) => ({
            id: ImageId ?? "",
            name: Name ?? "",
            created: CreationDate?.slice(0, 10),
            deprecated: DeprecationTime?.slice(0, 10),
          })),
        );
      }
      return found;
    });
  }

  /**
   * A call of EKS or ECR, signed by the SDK's own signer: for two questions each, a client of either is not worth its weight.
   *
   * @throws Error with the service's words.
   */
  async signed<T>({ service, host, region, path, query = {}, target, body }: SignedCall): Promise<T> {
    const config = await this.config();
    const url = new URL(config.endpoint ?? `https://${host}`);
    const { STSClient } = sdk.sts();
    return this.with(new STSClient({ ...config, region }), async (client) => {
      const signer = await client.config.signer({
        name: "sigv4",
        signingName: service,
        signingRegion: region,
        properties: {},
      });
      const text = body === undefined ? undefined : JSON.stringify(body);
      const request = {
        method: text === undefined ? "GET" : "POST",
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port !== "" && { port: Number(url.port) }),
        path,
        query,
        headers: {
          host: url.host,
          ...(target !== undefined && {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": target,
          }),
        },
        ...(text !== undefined && { body: text }),
      };
      const { headers } = await signer.sign(request);
      const response = await fetch(
        `${url.origin}${path}${Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query).toString()}`}`,
        {
          method: request.method,
          headers,
          ...(text !== undefined && { body: text }),
          signal: AbortSignal.timeout(30_000),
        },
      );
      const answer = (await response.json().catch(() => ({}))) as T & {
        readonly message?: string;
        readonly __type?: string;
      };
      if (!response.ok) {
        const code =
          answer.__type?.split("#").at(-1) ??
          response.headers.get("x-amzn-errortype") ??
          String(response.status);
        throw new Error(
          `${service} answers ${code}${answer.message === undefined ? "" : `: ${answer.message}`}`,
        );
      }
      return answer;
    });
  }

  private async with<C extends { destroy(): void }, T>(
    client: C,
    act: (client: C) => Promise<T>,
  ): Promise<T> {
    try {
      return await act(client);
    } finally {
      client.destroy();
    }
  }
}
