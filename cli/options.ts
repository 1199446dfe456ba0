import { Option } from 'commander';
import { collectSetting } from './parse-settings.js';

/** Options that several commands share, each described once. */
export const options = {
  set: () =>
    new Option('--set <path=value>', 'change a setting; may be given again')
      .argParser(collectSetting)
      .default([] as string[]),
  json: () =>
    new Option('--json', 'one JSON value as the last line of stdout; text for people goes to stderr').default(false),
  dev: () =>
    new Option('--dev', 'bring up the embedded server and the workers on this machine meanwhile').default(false),
  device: () =>
    new Option('--device <device>', 'for the gpu worker; auto: cuda where there is a GPU, else cpu').choices([
      'auto',
      'cpu',
      'cuda',
    ]),
  stop: () => new Option('--stop', 'with --dev: stop the embedded server as well at the end').default(false),
  watch: () => new Option('--watch', 'show progress until the run is held or has ended').default(false),
};

export type Device = 'auto' | 'cpu' | 'cuda';
