// Loaded before each unit test: those beside the code start neither processes nor servers, so that
// all of them together take seconds.
import { ChildProcess } from 'node:child_process';
import { Server } from 'node:net';

Server.prototype.listen = () => {
  throw new Error('tests in src/ must not listen: move this test to test/');
};

// The method that every way of starting a process calls, except for the synchronous ones.
Object.assign(ChildProcess.prototype, {
  spawn() {
    throw new Error('tests in src/ must not start a process: move this test to test/');
  },
});
