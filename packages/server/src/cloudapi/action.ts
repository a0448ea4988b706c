import { readParameters, type ParameterRules, type ParametersOf } from '@rotunda/protocol/cloudapi';

/** What an answer carries beside its RequestId. */
export type ResponseFields = Readonly<Record<string, unknown>>;

/** At most this many requests in that time, of one key pair. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** Who calls. */
export interface ActionCall {
  /** For the log, as the answer carries it. */
  readonly requestId: string;
  /** The applications that the key pair acts for. */
  readonly sdkAppIds: ReadonlySet<number>;
}

/** A call whose parameters are all in order. */
export interface PreparedCall<Context> {
  /** The application that it is about; null for all that the key pair acts for. */
  readonly sdkAppId: number | null;
  /** Does it. @throws CloudApiError */
  readonly run: (context: Context, call: ActionCall) => Promise<ResponseFields>;
}

/** One action of the Cloud API. `Context` is what it works on. */
export interface Action<Context> {
  readonly parameters: ParameterRules;
  /** Its rate, if Tencent documents another one than that of most actions. */
  readonly limit: RateLimit | null;
  /** @throws CloudApiError that names the first parameter that is wrong */
  readonly prepare: (given: ReadonlyMap<string, unknown>) => PreparedCall<Context>;
}

/** Defines an action: its parameters, whose application a call is about, and what it does. */
export function defineAction<Rules extends ParameterRules, Context>(definition: {
  readonly parameters: Rules;
  readonly limit?: RateLimit;
  readonly sdkAppId: (parameters: ParametersOf<Rules>) => number | null;
  readonly handle: (
    parameters: ParametersOf<Rules>,
    context: Context,
    call: ActionCall,
  ) => Promise<ResponseFields>;
}): Action<Context> {
  const { parameters: rules, limit = null, sdkAppId, handle } = definition;
  return {
    parameters: rules,
    limit,
    prepare: (given) => {
      const parameters = readParameters(rules, given);
      return {
        sdkAppId: sdkAppId(parameters),
        run: (context, call) => handle(parameters, context, call),
      };
    },
  };
}

/** Whose application a call of most actions is about. */
export function sdkAppId(parameters: { readonly SdkAppId: number }): number {
  return parameters.SdkAppId;
}
