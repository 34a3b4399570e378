/** Settings of four roles that between them have everything a fleet can have. */
export function fourRoles(): Record<string, Record<string, unknown>> {
  const amazonLinuxRelease = "2023.9.20251117.1";
  return {
    api: {
      instanceTypes: ["m7g.large", "m6g.large"],
      amazonLinuxRelease,
      count: 3,
      loadBalancer: {
        http: {
          targetPort: 8080,
          certificateArn:
            "arn:aws:acm:eu-west-1:482913067251:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
          hosts: ["api.dev.weave.works"],
          paths: ["/v1/*", "/healthz"],
          probe: { path: "/healthz" },
        },
      },
      boot: {
        packages: ["nginx"],
        files: { "/etc/api/config.yaml": { content: "port: 8080\n" } },
        environment: { MODE: "development" },
        secrets: {
          DATABASE_URL: { arn: "arn:aws:secretsmanager:eu-west-1:482913067251:secret:api-database-a1B2c3" },
        },
        setup: ["install -d /var/lib/api"],
        service: ["/usr/bin/api", "--config", "/etc/api/config.yaml"],
        ready: "curl -sf http://127.0.0.1:8080/healthz",
      },
      roll: {
        check: { name: "devices online", cloudWatch: { namespace: "Devices", metricName: "Online" } },
      },
    },
    builder: {
      instanceTypes: ["c7g.xlarge"],
      amazonLinuxRelease,
      scaling: { min: 1, max: 4, cpuPercent: 60 },
      permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::example-builds/*"] }],
    },
    vpn: {
      instanceTypes: ["t4g.small"],
      amazonLinuxRelease,
      address: true,
      ingress: [{ protocol: "udp", port: 1194, cidrBlocks: ["0.0.0.0/0"] }],
      maintenanceWindow: { days: ["sun"], start: "02:00", durationMinutes: 120, timeZone: "Europe/London" },
    },
    git: {
      instanceTypes: ["t4g.medium"],
      amazonLinuxRelease,
      availabilityZone: "eu-west-1b",
      volumes: { repositories: { size: 100, mountPoint: "/srv/git" } },
      loadBalancer: { tcp: [{ port: 9418 }], internal: true },
      ingress: [{ port: 9418, roles: ["builder"] }],
      maintenanceWindow: { start: "00:00", durationMinutes: 1440 },
    },
  };
}
