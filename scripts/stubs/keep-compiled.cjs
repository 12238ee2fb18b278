// Loaded before a program: keeps the code of the script that it runs, as it is at its end.
const { writeFileSync } = require('node:fs');
const vm = require('node:vm');

const { Script } = vm;
vm.Script = class extends Script {
  /**
   * @param {string} source
   * @param {import('node:vm').ScriptOptions} options
   */
  constructor(source, options) {
    super(source, options);
    process.once('exit', () => writeFileSync(process.env.KEEP_COMPILED, this.createCachedData()));
  }
};
