// Stands in for packages that our dependencies import and we never reach: see scripts/build.mjs.
function unreachable() {
  throw new Error('this build of kubescape-push leaves this part of a dependency out');
}

// form-data, for axios: nothing is sent as a form.
export default class Unused {
  constructor() {
    unreachable();
  }
}

// node-fetch, for @kubernetes/client-node: requests go through our own transport.
export const Headers = Unused;

// @kubernetes/client-node/dist/gen: models of all Kubernetes objects, of which none is read.
export const createConfiguration = unreachable;
export const ServerConfiguration = Unused;

// http2, for axios: all requests are HTTP/1.1.

// axios/lib/adapters/fetch.js: everything goes through Node's http.
export const getFetch = unreachable;
