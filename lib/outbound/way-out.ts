import type { NodeHttpHandlerOptions } from '@smithy/node-http-handler';

type HandlerOptions = Pick<NodeHttpHandlerOptions, 'httpsAgent' | 'httpAgent' | 'connectionTimeout'>;
type RequestHandler = object;

/** How clients of the SDK leave a network that has a proxy or CAs of its own. */
export interface WayOut {
  /** Parts of a request handler's options, in place of those given. */
  readonly handler: (options: { readonly connectionTimeout: number; readonly maxSockets?: number }) => HandlerOptions;
  /** The options by which the SDK looks for credentials over the same handler. */
  readonly credentials: (requestHandler: RequestHandler) => object;
}

let taken: WayOut | undefined;

/** Sets the way out of all clients that are made from now on; undefined: they connect directly. The command line sets it
 *  where the environment names a proxy or a CA bundle. The deployed functions never do, and have none of its code. */
export const takeWayOut = (wayOut: WayOut | undefined): void => {
  taken = wayOut;
};

/** The way out that was set; undefined where clients connect directly. */
export const wayOut = (): WayOut | undefined => taken;
