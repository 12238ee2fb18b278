// socks-proxy-agent, for @kubernetes/client-node: few clusters are behind such a proxy, and with what it
// needs it takes 6 ms to load.
exports.SocksProxyAgent = class {
  /**
   * @param {string} proxy
   * @param {object} options
   */
  constructor(proxy, options) {
    const { SocksProxyAgent } = require('socks-proxy-agent');
    return new SocksProxyAgent(proxy, options);
  }
};
