import type * as ecrModule from "@aws-sdk/client-ecr";
import type * as eksModule from "@aws-sdk/client-eks";
import type * as ec2Module from "@aws-sdk/client-ec2";
import type * as rdsModule from "@aws-sdk/client-rds";
import type * as ssmModule from "@aws-sdk/client-ssm";
import { createRequire } from "node:module";
import { using, type AwsClientConfig } from "../engine/aws-clients";

const load = createRequire(__filename);
const sdk = {
  ec2: () => load("@aws-sdk/client-ec2") as typeof ec2Module,
  rds: () => load("@aws-sdk/client-rds") as typeof rdsModule,
  ssm: () => load("@aws-sdk/client-ssm") as typeof ssmModule,
  ecr: () => load("@aws-sdk/client-ecr") as typeof ecrModule,
  eks: () => load("@aws-sdk/client-eks") as typeof eksModule,
};

/** An image as EC2 describes it. */
export interface MachineImage {
  readonly id: string;
  readonly name: string;
  readonly created: string | undefined;
  /** When EC2 stops showing it to those who do not ask for it by name; it can still be started. */
  readonly deprecated: string | undefined;
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
    return using(new RDSClient(await this.config()), async (client) => {
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
    return using(new SSMClient(await this.config()), async (client) => {
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
    return using(new EC2Client({ ...(await this.config()), region }), async (client) => {
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

  /** Versions of Kubernetes that EKS makes clusters of, with their days. */
  async kubernetesVersions(): Promise<readonly eksModule.ClusterVersionInformation[]> {
    const { EKSClient, paginateDescribeClusterVersions } = sdk.eks();
    return using(new EKSClient(await this.config()), async (client) => {
      const versions: eksModule.ClusterVersionInformation[] = [];
      for await (const page of paginateDescribeClusterVersions({ client }, {})) {
        versions.push(...(page.clusterVersions ?? []));
      }
      return versions;
    });
  }

  /** Versions of an add-on that go with a version of Kubernetes. */
  async addonVersions(addonName: string, kubernetesVersion: string): Promise<readonly string[]> {
    const { EKSClient, paginateDescribeAddonVersions } = sdk.eks();
    return using(new EKSClient(await this.config()), async (client) => {
      const versions: string[] = [];
      for await (const page of paginateDescribeAddonVersions({ client }, { addonName, kubernetesVersion })) {
        versions.push(
          ...(page.addons ?? []).flatMap(({ addonVersions = [] }) =>
            addonVersions.flatMap(({ addonVersion }) => addonVersion ?? []),
          ),
        );
      }
      return versions;
    });
  }

  /** An image in a private registry, by digest or tag; undefined where there is none. */
  async registryImage(
    region: string,
    input: ecrModule.DescribeImagesCommandInput,
  ): Promise<ecrModule.ImageDetail | undefined> {
    const { DescribeImagesCommand, ECRClient, ImageNotFoundException, RepositoryNotFoundException } =
      sdk.ecr();
    return using(new ECRClient({ ...(await this.config()), region }), async (client) => {
      try {
        return (await client.send(new DescribeImagesCommand(input))).imageDetails?.[0];
      } catch (error) {
        if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException) {
          return undefined;
        }
        throw error;
      }
    });
  }
}
