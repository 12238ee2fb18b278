// socks-proxy-agent, for @kubernetes/client-node: few clusters are behind such a proxy, and with what it
// needs it takes 6 ms to load.

/**
 * @param {string} proxy
 * @param {object} options
 */
exports.SocksProxyAgent = function create(proxy, options) {
  const { SocksProxyAgent } = require('socks-proxy-agent');
  return new SocksProxyAgent(proxy, options);
};
