import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for facts about the world that serve every workspace, such as answers of registries and downloaded
 * lists: NORTHSOUTH_HOME, else the place that the system has for data of a user. It need not exist: whoever
 * writes into it makes it.
 */
export function homeFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = env['NORTHSOUTH_HOME'];
  if (own) return own;
  const data = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_DATA_HOME'];
  if (data) return join(data, 'northsouth');
  const user = homedir();
  return platform === 'win32'
    ? join(user, 'AppData', 'Local', 'northsouth')
    : join(user, '.local', 'share', 'northsouth');
}
