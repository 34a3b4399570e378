import type { StatefulType } from "../stateful-type";
import { plain } from "./plain-type";

const named = { name: "name" } as const;

/** What contains others, and what the guard does not see into: stacks, products, environments, accounts. */
export const awsStacks: readonly StatefulType[] = [
  plain(
    "aws:cloudformation/stack:Stack",
    "CloudFormation stack",
    "everything that its template makes, databases and buckets included",
    "Give what holds data in it a DeletionPolicy of Retain first, and take it over here by import.",
    named,
  ),
  plain(
    "aws:cloudformation/stackSet:StackSet",
    "CloudFormation stack set",
    "the way to every stack that it has made",
    "See that no stack of it is left.",
    named,
  ),
  plain(
    "aws:cloudformation/stackSetInstance:StackSetInstance",
    "stack of a CloudFormation stack set",
    "everything that its template makes, unless retainStack is set",
    "Set retainStack, and apply that, first.",
    { name: "stackSetName" },
  ),
  plain(
    "aws:cloudformation/stackInstances:StackInstances",
    "stacks of a CloudFormation stack set",
    "everything that their template makes, unless retainStacks is set",
    "Set retainStacks, and apply that, first.",
    { name: "stackSetName" },
  ),
  plain(
    "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
    "application of the Serverless Application Repository",
    "everything that its template makes",
    "See what it has made, and keep a copy.",
    named,
  ),
  plain(
    "aws:servicecatalog/provisionedProduct:ProvisionedProduct",
    "product of Service Catalog",
    "everything that it has made, unless retainPhysicalResources is set",
    "Set retainPhysicalResources, and apply that, first.",
    named,
  ),
  plain(
    "aws:cloudcontrol/resource:Resource",
    "resource of Cloud Control",
    "whatever its type holds: it may be a database",
    "See what it is, and keep a copy as for its kind.",
    { name: "typeName" },
  ),
  plain(
    "aws:elasticbeanstalk/environment:Environment",
    "Elastic Beanstalk environment",
    "the database that it may have made for itself",
    "Take the database out of the environment first, or a snapshot of it.",
    named,
  ),
  plain(
    "aws:organizations/account:Account",
    "account",
    "everything in it",
    "See that nothing in it is needed any more.",
    { ...named, forced: "closeOnDeletion" },
  ),
  plain(
    "aws:organizations/organization:Organization",
    "organization",
    "the bond among its accounts, and every policy in it",
    "Export its policies first.",
  ),
];
