/** Whether node_modules holds, whole, what package-lock.json lists for this platform. */
export function packagesMatchLock(repository: string): boolean;
