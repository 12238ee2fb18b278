// Loaded before each test beside the code. Without servers and processes, all of them take less than a
// minute.
import { ChildProcess } from 'node:child_process';
import { Server } from 'node:net';

Server.prototype.listen = () => {
  throw new Error('tests in src/ must not listen: move this test to test/');
};

// All asynchronous functions of node:child_process call this method.
Object.assign(ChildProcess.prototype, {
  spawn() {
    throw new Error('tests in src/ must not start a process: move this test to test/');
  },
});
