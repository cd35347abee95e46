/** `npm run bench:ban [check|report|flood …]`: how fast @ftpd/ban answers and counts, and what a flood costs the daemon. */
import { checkGoals } from './ban-check.ts';
import { floodGoals } from './ban-flood.ts';
import { describeGoals, type BanGoal } from './ban-goal.ts';
import { reportGoals } from './ban-report.ts';

const benches: Readonly<Record<string, () => Promise<readonly BanGoal[]>>> = {
  check: checkGoals,
  report: reportGoals,
  flood: floodGoals,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}: name some of ${Object.keys(benches).join(', ')}, or nothing for all.`,
  );
  process.exit(2);
}

const goals: BanGoal[] = [];
for (const [name, measure] of Object.entries(benches))
  if (asked.length === 0 || asked.includes(name)) goals.push(...(await measure()));
console.log(describeGoals(goals));
