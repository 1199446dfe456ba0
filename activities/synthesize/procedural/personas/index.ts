import { baker } from './baker.js';
import { bookkeeper } from './bookkeeper.js';
import { busDispatcher } from './bus-dispatcher.js';
import { cafeOwner } from './cafe-owner.js';
import { campWarden } from './camp-warden.js';
import { choirLeader } from './choir-leader.js';
import { clinicManager } from './clinic-manager.js';
import { cook } from './cook.js';
import { curator } from './curator.js';
import { editor } from './editor.js';
import { eventPlanner } from './event-planner.js';
import { farmer } from './farmer.js';
import { festivalOrganizer } from './festival-organizer.js';
import { florist } from './florist.js';
import { hotelClerk } from './hotel-clerk.js';
import { landlord } from './landlord.js';
import { languageTutor } from './language-tutor.js';
import { librarian } from './librarian.js';
import { mechanic } from './mechanic.js';
import { pharmacist } from './pharmacist.js';
import { researcher } from './researcher.js';
import { shopkeeper } from './shopkeeper.js';
import { systemAdmin } from './system-admin.js';
import { teacher } from './teacher.js';
import { trainer } from './trainer.js';
import { vet } from './vet.js';
import { warehouseLead } from './warehouse-lead.js';
import type { Persona } from './persona.js';

export const personas: readonly Persona[] = [
  baker,
  bookkeeper,
  busDispatcher,
  cafeOwner,
  campWarden,
  choirLeader,
  clinicManager,
  cook,
  curator,
  editor,
  eventPlanner,
  farmer,
  festivalOrganizer,
  florist,
  hotelClerk,
  landlord,
  languageTutor,
  librarian,
  mechanic,
  pharmacist,
  researcher,
  shopkeeper,
  systemAdmin,
  teacher,
  trainer,
  vet,
  warehouseLead,
];
