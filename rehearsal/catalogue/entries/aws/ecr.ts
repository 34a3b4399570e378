import type { Entries } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";
import { nameIsFree } from "./common-rules";

/** Not a type of the provider: images are pushed, not declared. A file of this type with `repository` stands for one. */
const imageType = "aws:ecr/image:Image";

export const entries: Entries = {
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    api: { service: "ECR", title: "ECR Pull Through Cache Rule" },
    id: ({ inputs }) => textOf(inputs, "ecrRepositoryPrefix"),
    outputs: ({ place }) => ({ registryId: place.account }),
    // Amazon ECR API Reference, CreatePullThroughCacheRule. That a secret of credentialArn which the rehearsal knows nothing of is there, and
    // holds a login, is taken as given: ECR answers SecretNotFoundException and UnableToAccessSecretException otherwise.
    unique: [
      nameIsFree("ecrRepositoryPrefix", {
        code: "PullThroughCacheRuleAlreadyExistsException",
        message: (prefix) => `A pull through cache rule with the prefix '${prefix}' already exists`,
      }),
    ],
  },
  "aws:ecr/repository:Repository": {
    api: { service: "ECR", title: "ECR Repository", update: "PutImageTagMutability" },
    id: ({ inputs }) => textOf(inputs, "name"),
    outputs: ({ id, place }) => ({
      registryId: place.account,
      repositoryUrl: `${place.account}.dkr.ecr.${place.region}.amazonaws.com/${id}`,
    }),
    unique: [
      nameIsFree("name", {
        code: "RepositoryAlreadyExistsException",
        message: (name) => `The repository with name '${name}' already exists`,
      }),
    ],
    dependants: [
      {
        type: imageType,
        property: "repository",
        counts: (_, { inputs }) => inputs["forceDelete"] !== true,
        code: "RepositoryNotEmptyException",
        message: ({ id }) =>
          `The repository with name '${id}' cannot be deleted because it still contains images`,
      },
    ],
    afterDelete: ({ id }, cloud) => {
      for (const image of cloud.ofType(imageType)) {
        if (image.inputs["repository"] === id) cloud.remove(imageType, image.id);
      }
    },
  },
};
