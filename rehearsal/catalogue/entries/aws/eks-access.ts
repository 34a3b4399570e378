import { createHash } from "node:crypto";
import type { Entries, Rule } from "../../../interpreter/entry";
import { listOf, recordOf, textOf } from "../../../interpreter/values";
import {
  accessAssociationType,
  accessEntryType,
  clusterType,
  podIdentityType,
  toCluster,
  toRole,
} from "./eks-references";

// Who may do what in a cluster, and which pods have which role. Codes and wording: the EKS API reference,
// CreateAccessEntry, AssociateAccessPolicy, CreatePodIdentityAssociation.

const policyArn = /^arn:aws[a-z-]*:eks::aws:cluster-access-policy\/Amazon[A-Za-z]+$/;

const entriesAreOn: Rule = ({ inputs }, cloud) => {
  const cluster = cloud.find(clusterType, textOf(inputs, "clusterName"));
  const mode = textOf(recordOf(cluster?.outputs ?? {}, "accessConfig"), "authenticationMode");
  if (mode !== "CONFIG_MAP") return undefined;
  return {
    code: "InvalidRequestException",
    message:
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
  };
};

const principalIsOne: Rule = ({ inputs }) => {
  if (/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/.test(textOf(inputs, "principalArn")))
    return undefined;
  return {
    code: "InvalidParameterException",
    message: "The specified principalArn is invalid: invalid principal.",
  };
};

const principalIsNew: Rule = ({ inputs }, cloud) => {
  const taken = cloud
    .ofType(accessEntryType)
    .some(
      ({ outputs }) =>
        outputs["clusterName"] === inputs["clusterName"] &&
        outputs["principalArn"] === inputs["principalArn"],
    );
  if (!taken) return undefined;
  return {
    code: "ResourceInUseException",
    message: "The specified access entry resource is already in use on this cluster.",
    status: 409,
  };
};

const policyIsKnown: Rule = ({ inputs }) => {
  if (policyArn.test(textOf(inputs, "policyArn"))) return undefined;
  return { code: "InvalidParameterException", message: "The policyArn parameter format is not valid" };
};

const scopeFits: Rule = ({ inputs }) => {
  const scope = recordOf(inputs, "accessScope");
  const namespaces = listOf(scope, "namespaces");
  if ((textOf(scope, "type") === "namespace") === namespaces.length > 0) return undefined;
  return {
    code: "InvalidParameterException",
    message: "Namespaces must be given with scope type namespace, and with no other",
  };
};

const principalHasAnEntry: Rule = ({ inputs }, cloud) => {
  const known = cloud
    .ofType(accessEntryType)
    .some(
      ({ outputs }) =>
        outputs["clusterName"] === inputs["clusterName"] &&
        outputs["principalArn"] === inputs["principalArn"],
    );
  if (known) return undefined;
  return {
    code: "ResourceNotFoundException",
    message: "The specified principalArn could not be found.",
    status: 404,
  };
};

const podsHaveOneRole: Rule = ({ inputs }, cloud) => {
  const same = cloud
    .ofType(podIdentityType)
    .find(({ outputs }) =>
      ["clusterName", "namespace", "serviceAccount"].every((name) => outputs[name] === inputs[name]),
    );
  if (!same) return undefined;
  return {
    code: "ResourceInUseException",
    message: `Association already exists: ${same.id}`,
    status: 409,
  };
};

export const entries: Entries = {
  [accessEntryType]: {
    api: { service: "EKS", title: "EKS Access Entry" },
    id: ({ inputs }) => `${textOf(inputs, "clusterName")}:${textOf(inputs, "principalArn")}`,
    outputs: ({ inputs, place, random }) => ({
      accessEntryArn: `arn:aws:eks:${place.region}:${place.account}:access-entry/${textOf(inputs, "clusterName")}/role/${random.uuid()}`,
      userName: textOf(inputs, "userName") || textOf(inputs, "principalArn"),
    }),
    references: [toCluster],
    refuseCreate: [entriesAreOn, principalIsOne, principalIsNew],
    // Its policies go with it.
    afterDelete: ({ outputs }, cloud) => {
      for (const association of cloud.ofType(accessAssociationType))
        if (
          association.outputs["clusterName"] === outputs["clusterName"] &&
          association.outputs["principalArn"] === outputs["principalArn"]
        )
          cloud.remove(accessAssociationType, association.id);
    },
  },
  [accessAssociationType]: {
    api: {
      service: "EKS",
      title: "EKS Access Policy Association",
      create: "AssociateAccessPolicy",
      delete: "DisassociateAccessPolicy",
    },
    id: ({ inputs }) =>
      ["clusterName", "principalArn", "policyArn"].map((name) => textOf(inputs, name)).join("#"),
    references: [toCluster],
    refuseCreate: [policyIsKnown, scopeFits, principalHasAnEntry],
  },
  [podIdentityType]: {
    api: { service: "EKS", title: "EKS Pod Identity Association" },
    id: ({ random }) => `a-${random.lower(17)}`,
    outputs: ({ id, inputs, place }) => ({
      associationId: id,
      associationArn: `arn:aws:eks:${place.region}:${place.account}:podidentityassociation/${textOf(inputs, "clusterName")}/${id}`,
      externalId: createHash("sha256").update(id).digest("hex").slice(0, 32),
    }),
    references: [toCluster, toRole("roleArn")],
    refuseCreate: [podsHaveOneRole],
  },
};
