import { useQuery } from "@tanstack/react-query";

import type { Member, Role } from "../../../api/types";
import { can, ROLES } from "../../data/permissions";
import { meQuery, membersQuery } from "../../data/queries";
import { useProject } from "../../data/useProject";
import { t, tn } from "../../i18n";
import { Loaded } from "../../ui/Notes";
import { Page, Panel } from "../../ui/Page";
import { AddPerson } from "./AddPerson";
import { PersonRow } from "./PersonRow";
import classes from "./people.module.css";

function RoleGuide() {
  return (
    <Panel title={t("people.roles")}>
      <dl className={classes.roles}>
        {ROLES.map((role) => (
          <div key={role}>
            <dt>{t(`role.${role}`)}</dt>
            <dd>{t(`role.${role}.may`)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

const rank = (role: Role): number => ROLES.indexOf(role);

function sorted(members: readonly Member[]): Member[] {
  return [...members].sort(
    (a, b) => rank(a.role) - rank(b.role) || a.user.username.localeCompare(b.user.username, "en"),
  );
}

/** Who may do what in this project. */
export function PeoplePage() {
  const project = useProject();
  const members = useQuery(membersQuery(project.id));
  const { data: me } = useQuery(meQuery);
  const manages = can(project.role, "manage");
  const count = members.data?.results.length;
  return (
    <Page title={t("section.people")} intro={count === undefined ? " " : tn("people.count", count)}>
      <div className={classes.columns}>
        <div className={classes.list}>
          {manages ? <AddPerson projectId={project.id} /> : null}
          <Loaded query={members}>
            {({ results }) => (
              <Panel flush>
                <ul className={classes.people}>
                  {sorted(results).map((member) => (
                    <PersonRow
                      key={member.user.id}
                      projectId={project.id}
                      member={member}
                      isMe={member.user.id === me?.id}
                      manages={manages}
                    />
                  ))}
                </ul>
              </Panel>
            )}
          </Loaded>
        </div>
        <RoleGuide />
      </div>
    </Page>
  );
}
