import { prepareSandbox } from '/work/main/infra/setup/sandbox.js';
const t = Date.now();
console.log(
  await prepareSandbox({ cacheDir: process.env.HOME + '/.cache/clawmill', log: (l) => console.log(l) }),
  Date.now() - t,
);
