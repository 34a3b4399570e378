import type { AwsLogin } from "../../settings/sections/aws";

/** What a kubeconfig says of a cluster. */
export interface ClusterAddress {
  readonly clusterName: string;
  readonly region: string;
  readonly endpoint: string;
  /** PEM, base64, as EKS gives it. */
  readonly certificateAuthority: string;
}

/**
 * A kubeconfig without any credential in it: `aws eks get-token` makes one that lasts a quarter of an hour, from the
 * AWS credentials of whoever uses the file.
 */
export function kubeconfigOf({
  clusterName,
  region,
  endpoint,
  certificateAuthority,
}: ClusterAddress): string {
  // Texts in JSON's quotes, which are YAML's too: nothing of this is read as anything else.
  const name = JSON.stringify(clusterName);
  return `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
  - name: ${name}
    cluster:
      server: ${JSON.stringify(endpoint)}
      certificate-authority-data: ${JSON.stringify(certificateAuthority)}
contexts:
  - name: ${name}
    context:
      cluster: ${name}
      user: ${name}
users:
  - name: ${name}
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1
        interactiveMode: IfAvailable
        command: aws
        args:
          - eks
          - get-token
          - --cluster-name
          - ${name}
          - --region
          - ${JSON.stringify(region)}
          - --output
          - json
`;
}

/** The same file for who reaches the account as the program does; people who are handed one come as themselves. */
export function reachedBy(kubeconfig: string, login: AwsLogin | undefined): string {
  const [role] = login?.assumeRoles ?? [];
  const words = [
    ...(role === undefined ? [] : ["--role-arn", role.roleArn]),
    ...(login?.profile === undefined ? [] : ["--profile", login.profile]),
  ];
  // The arguments of `aws eks get-token` are the file's last list.
  return kubeconfig + words.map((word) => `          - ${JSON.stringify(word)}\n`).join("");
}
