import { readFileSync } from "node:fs";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { typeFacts } from "../catalogue/facts";
import { notInstalled } from "../catalogue/modules";
import { checkArguments, checkInputs } from "../interpreter/check";
import { CloudError, NotLiveError } from "../interpreter/cloud-error";
import { configValues } from "../interpreter/config-values";
import type { Interpreter } from "../interpreter/interpreter";
import type { Target } from "../interpreter/target";
import type { PackageModel } from "../interpreter/package-model";
import type { Values } from "../interpreter/values";
import { InitFailure } from "./init-failure";
import { stateOf, targetOf, wishOf, withDefaults } from "./requests";
import { asFailure, checked, differing, secretly, unimplemented } from "./responses";
import { decode, encode, mergeSecrecy, type Decoded } from "./wire";

type Handler = (request: never, peer: string) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

/** What the engine may call on a provider, for one package. Everything not here answers "unimplemented", as gRPC does. */
export function handlersFor<Config>(
  model: PackageModel<Config>,
  interpreter: Interpreter<Config>,
  onCancel: () => void,
): Handlers {
  const configs = new Map<string, Config>();

  const configOf = (peer: string): Config => {
    // Not `??`: a package without settings is configured with null.
    const config = configs.has(peer) ? configs.get(peer) : lastConfig(configs);
    if (config === undefined)
      throw new CloudError("NotConfigured", `The ${model.name} provider has not been configured.`);
    return config;
  };

  /** Outputs with what is secret by the program (same names as the inputs) and by the type. */
  const outputs = (target: Target, values: Values, ...known: readonly Decoded[]): Struct => {
    const given = mergeSecrecy(...known.map((part) => part.secret));
    const names = interpreter.secretNames(target.type, Object.keys(given).length > 0);
    return encode(values, mergeSecrecy(given, secretly(names)));
  };

  /** Waits for a creation or update; what exists and is not live goes to the engine with the error. */
  const lively = async <T>(action: Promise<T>, target: Target, ...known: readonly Decoded[]): Promise<T> => {
    try {
      return await action;
    } catch (error) {
      if (!(error instanceof NotLiveError)) throw error;
      const { id, inputs, reasons } = error;
      const properties = outputs(target, error.outputs, ...known);
      throw new InitFailure(
        id,
        encode(inputs, mergeSecrecy(...known.map((part) => part.secret))),
        properties,
        reasons,
      );
    }
  };

  const settings = (inputs: Values): Values =>
    configValues(typeFacts(`pulumi:providers:${model.name}`), inputs);

  return {
    handshake: () => {
      const response = new rpc.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    },

    attach: () => new Empty(),

    cancel: () => {
      onCancel();
      return new Empty();
    },

    getPluginInfo: () => {
      const info = new PluginInfo();
      info.setVersion(packageVersion(model.name));
      return info;
    },

    getSchema: () => {
      const response = new rpc.GetSchemaResponse();
      const version = packageVersion(model.name);
      response.setSchema(JSON.stringify({ name: model.name, version, resources: {}, functions: {} }));
      return response;
    },

    parameterize: () => unimplemented(`The rehearsal's ${model.name} provider takes no parameters.`),

    construct: (request: rpc.ConstructRequest) =>
      unimplemented(
        `The rehearsal cloud does not build ${request.getType()}: the real provider would make its parts itself. ` +
          "Write the parts instead.",
      ),

    call: (request: rpc.CallRequest) =>
      unimplemented(`The rehearsal cloud does not know the method ${request.getTok()}.`),

    checkConfig: (request: rpc.CheckRequest) => {
      const news = decode(request.getNews());
      return checked(news.values, news.secret, model.checkConfig(settings(news.values)));
    },

    diffConfig: (request: rpc.DiffRequest) => {
      const { changed, replaces } = model.diffConfig(
        settings(decode(request.getOldInputs()).values),
        settings(decode(request.getNews()).values),
      );
      const response = new rpc.DiffResponse();
      response.setChanges(
        changed.length > 0 ? rpc.DiffResponse.DiffChanges.DIFF_SOME : rpc.DiffResponse.DiffChanges.DIFF_NONE,
      );
      response.setDiffsList([...changed]);
      response.setReplacesList([...replaces]);
      return response;
    },

    configure: (request: rpc.ConfigureRequest, peer: string) => {
      configs.set(peer, model.configure(settings(decode(request.getArgs()).values)));
      const response = new rpc.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      response.setSupportspreview(true);
      return response;
    },

    check: (request: rpc.CheckRequest, peer: string) => {
      const { type, name } = targetOf(request);
      const news = decode(request.getNews());
      const olds = decode(request.getOlds());
      const facts = typeFacts(type);
      if (!facts) return checked(news.values, news.secret, checkInputs(type, news.values, name));
      const seed = request.getRandomseed_asU8();
      const oldInputs = Object.keys(olds.values).length > 0 ? olds.values : undefined;
      const context = { name, seed, oldInputs, autonaming: wishOf(request) };
      const inputs = withDefaults(type, news.values, context);
      const added = model.additions(facts, inputs, configOf(peer));
      return checked({ ...inputs, ...added }, news.secret, checkInputs(type, inputs, name));
    },

    diff: (request: rpc.DiffRequest) => {
      const { type } = targetOf(request);
      const oldInputs = decode(request.getOldInputs()).values;
      return differing(
        interpreter.diff(type, oldInputs, decode(request.getNews()).values, decode(request.getOlds()).values),
      );
    },

    create: async (request: rpc.CreateRequest, peer: string) => {
      const inputs = decode(request.getProperties());
      const target = targetOf(request, inputs);
      const response = new rpc.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(
          outputs(target, interpreter.previewCreate(target, inputs.values, configOf(peer)), inputs),
        );
        return response;
      }
      const created = await lively(interpreter.create(target, inputs.values, configOf(peer)), target, inputs);
      response.setId(created.id);
      response.setProperties(outputs(target, created.outputs, inputs));
      return response;
    },

    update: async (request: rpc.UpdateRequest, peer: string) => {
      const inputs = decode(request.getNews());
      const target = targetOf(request, inputs);
      const old = stateOf(request.getId(), decode(request.getOldInputs()), decode(request.getOlds()));
      const response = new rpc.UpdateResponse();
      const updated = request.getPreview()
        ? interpreter.previewUpdate(target, old, inputs.values, configOf(peer))
        : (await lively(interpreter.update(target, old, inputs.values, configOf(peer)), target, inputs))
            .outputs;
      response.setProperties(outputs(target, updated, inputs));
      return response;
    },

    read: async (request: rpc.ReadRequest, peer: string) => {
      const inputs = decode(request.getInputs());
      const properties = decode(request.getProperties());
      const target = targetOf(request, inputs, properties);
      const known = Object.keys(properties.values).length > 0 || Object.keys(inputs.values).length > 0;
      const found = await interpreter.read(
        target,
        request.getId(),
        known ? stateOf(request.getId(), inputs, properties) : undefined,
        configOf(peer),
      );
      const response = new rpc.ReadResponse();
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(outputs(target, found.outputs, inputs, properties));
      response.setInputs(
        encode(
          found.inputs,
          mergeSecrecy(inputs.secret, secretly(interpreter.secretNames(target.type, false))),
        ),
      );
      return response;
    },

    delete: async (request: rpc.DeleteRequest, peer: string) => {
      const [inputs, properties] = [decode(request.getOldInputs()), decode(request.getProperties())];
      const old = stateOf(request.getId(), inputs, properties);
      await interpreter.delete(targetOf(request, inputs, properties), old, configOf(peer));
      return new Empty();
    },

    invoke: async (request: rpc.InvokeRequest, peer: string) => {
      const token = request.getTok();
      const args = decode(request.getArgs());
      const response = new rpc.InvokeResponse();
      const failures = checkArguments(token, args.values);
      if (failures.length > 0) {
        response.setFailuresList(failures.map(asFailure));
        return response;
      }
      const result = await interpreter.invoke(token, args.values, configOf(peer));
      // What was computed from a secret is one.
      const secret = Object.keys(args.secret).length > 0 ? Object.keys(result) : model.secretAnswers?.[token];
      response.setReturn(encode(result, secretly(secret ?? [])));
      return response;
    },
  };
}

/** The provider is as old as the package that the program uses. */
function packageVersion(name: string): string {
  const last = notInstalled.get(name);
  if (last !== undefined) return last;
  const manifest = readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** The engine's connection may have been made anew; while there is one configuration only, it is that one. */
function lastConfig<Config>(configs: ReadonlyMap<string, Config>): Config | undefined {
  return configs.size === 1 ? [...configs.values()][0] : undefined;
}
