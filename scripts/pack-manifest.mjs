// npm calls this before and after it packs. The published package.json must not list the packages that
// the bundle already contains, or installing would download them. The file in the working tree must
// list them, so it is saved before packing and restored afterwards.
//
//   node scripts/pack-manifest.mjs save PID    PID is npm's process
//   node scripts/pack-manifest.mjs restore
import { spawn } from 'node:child_process';
import { constants, copyFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// npm leaves *.orig out of every package.
const SAVED = 'package.json.orig';

const [action, npm] = process.argv.slice(2);
if (action === 'save') {
  await restore();
  await copyFile('package.json', SAVED, constants.COPYFILE_EXCL);
  // npm does not call postpack when packing fails, so this process restores the file when npm exits.
  const args = [fileURLToPath(import.meta.url), 'restore', npm ?? ''];
  spawn(process.execPath, args, { detached: true, stdio: 'ignore' }).unref();
} else {
  while (isRunning(Number(npm))) await sleep(50);
  await restore();
}

/** Does nothing if no file is saved. */
async function restore() {
  try {
    await rename(SAVED, 'package.json');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** @param {number} pid NaN counts as not running */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
