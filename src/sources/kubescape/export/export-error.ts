/** The export cannot be written. The message names the file and the reason. */
export class ExportWriteError extends Error {
  override readonly name = 'ExportWriteError';
}

/** The folder has files that a push would read together with the exported ones. */
export class ExportFolderError extends Error {
  override readonly name = 'ExportFolderError';
}
