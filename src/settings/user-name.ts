import { userInfo } from 'node:os';

/** Who runs this. */
export function userName(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    // In a container a user may have no name.
    return process.env['USER'] || 'unknown';
  }
}
