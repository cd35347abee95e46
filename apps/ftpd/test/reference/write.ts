import { writeFileSync } from 'node:fs';
import { pages } from './pages.ts';

for (const [name, make] of Object.entries(pages)) {
  writeFileSync(new URL(`../../../../docs/${name}`, import.meta.url), make());
  console.log(`wrote docs/${name}`);
}
