import type { Random } from '../../../domain/seed.js';
import type { Persona } from './personas/persona.js';

export interface LogLine {
  level: string;
  service: string;
  text: string;
}

/** 14 to 24 lines of one day. Every level and every service occurs at least twice. */
export function makeLog(random: Random, persona: Persona): LogLine[] {
  const levels = ['INFO', 'WARN', 'ERROR'];
  const count = random.int(14, 24);
  const sure = [...levels, ...levels].map((level, index) => ({
    level,
    service: persona.services[index % persona.services.length] ?? '',
  }));
  const rest = Array.from({ length: count - sure.length }, (_, index) => ({
    level: random.pick(['INFO', ...levels]),
    service: persona.services[index % 4] ?? random.pick(persona.services),
  }));
  const day = `2026-0${random.int(1, 9)}-${random.int(10, 28)}`;
  let minute = random.int(360, 480);
  return random.shuffle([...sure, ...rest]).map(({ level, service }) => {
    minute += random.int(1, 25);
    const clock = [Math.floor(minute / 60), minute % 60, random.int(0, 59)].map((part) =>
      String(part).padStart(2, '0'),
    );
    const text = `${day} ${clock.join(':')} ${level} service=${service} ${random.pick(persona.events)}`;
    return { level, service, text };
  });
}
