"""What an expert would write by hand: the SQL that the audit and the export are compared with, by dialect."""

from __future__ import annotations

ONE = (
    "SELECT pathway_id, MIN(program_id) AS program_id FROM catalog_pathway_programs "
    "GROUP BY pathway_id HAVING COUNT(*) = 1"
)
CLASSES = (
    "SELECT p.id, CASE COUNT(m.program_id) WHEN 0 THEN 'no' WHEN 1 THEN 'one' ELSE 'several' END AS class "
    "FROM catalog_pathway p LEFT JOIN catalog_pathway_programs m ON m.pathway_id = p.id GROUP BY p.id"
)
_MONTH = {
    "sqlite": "substr(created, 1, 7)",
    "postgresql": "date_trunc('month', created)",
    "mariadb": "EXTRACT(YEAR_MONTH FROM created)",
}
_GROUPED = (
    "SELECT pathway_id, status, {month} AS m, COUNT(*) AS n FROM records_usercreditpathway WHERE {legacy} "
    "GROUP BY pathway_id, status, {month}"
)
_ORPHANS = (
    "SELECT COUNT(*) FROM records_usercreditpathway r WHERE {legacy} "
    "AND NOT EXISTS (SELECT 1 FROM core_user u WHERE u.id = r.user_id)"
)
_TARGET = (
    "SELECT COUNT(*), COUNT(program_id), MIN(CASE WHEN program_id IS NOT NULL THEN modified END) "
    "FROM records_usercreditpathway",
    "SELECT COUNT(*), SUM(n), SUM(p < n) FROM (SELECT COUNT(*) AS n, COUNT(DISTINCT program_id) AS p "
    "FROM records_usercreditpathway GROUP BY user_id, pathway_id HAVING COUNT(*) > 1) d",
    "SELECT pathway_id, COUNT(*) FROM records_usercreditpathway WHERE program_id IS NULL AND created >= "
    "(SELECT MIN(modified) FROM records_usercreditpathway WHERE program_id IS NOT NULL) GROUP BY pathway_id",
)
# The class once a pathway, looked up before and written out, so that the server knows how many rows it meets; all
# evidence by one join to the learner's shared records, grouped in key order.
_EXPORT = (
    "SELECT r.id, MIN(r.user_id), MIN(r.pathway_id), MIN(r.status), MIN(r.created), MIN(o.program_id), "
    "MIN(CASE WHEN s.program_id = o.program_id THEN s.created END), "
    "MAX(CASE WHEN s.program_id = o.program_id AND s.created <= r.created THEN s.created END), "
    "COUNT(CASE WHEN s.program_id <> o.program_id AND s.created <= r.created THEN 1 END), "
    "MAX(CASE WHEN s.program_id <> o.program_id AND s.created <= r.created THEN s.created END), MIN(c.created) "
    f"FROM records_usercreditpathway r LEFT JOIN ({ONE}) o ON o.pathway_id = r.pathway_id "
    "LEFT JOIN credentials_programcertificate k ON k.program_id = o.program_id "
    "LEFT JOIN core_user u ON u.id = r.user_id LEFT JOIN credentials_usercredential c ON c.username = u.username "
    "AND c.credential_id = k.id LEFT JOIN records_programcertrecord s ON s.user_id = r.user_id "
    "WHERE r.pathway_id IN ({ids}) GROUP BY r.id ORDER BY r.id"
)
# The first that comes to mind: ask everything of each row.
NAIVE = (
    "SELECT r.*, (SELECT COUNT(*) FROM catalog_pathway_programs m WHERE m.pathway_id = r.pathway_id) AS programs, "
    "(SELECT MIN(s.created) FROM records_programcertrecord s JOIN catalog_pathway_programs m "
    "ON m.program_id = s.program_id WHERE s.user_id = r.user_id AND m.pathway_id = r.pathway_id) AS shared, "
    "(SELECT COUNT(*) FROM records_programcertrecord s WHERE s.user_id = r.user_id AND s.created <= r.created) AS n, "
    "(SELECT MIN(c.created) FROM credentials_usercredential c JOIN core_user u ON u.username = c.username "
    "JOIN credentials_programcertificate k ON k.id = c.credential_id JOIN catalog_pathway_programs m "
    "ON m.program_id = k.program_id WHERE u.id = r.user_id AND m.pathway_id = r.pathway_id) AS certified "
    "FROM records_usercreditpathway r WHERE (SELECT COUNT(*) FROM catalog_pathway_programs m "
    "WHERE m.pathway_id = r.pathway_id) = 1 ORDER BY r.id"
)


def summary(database: str) -> str:
    """Return the classes by institution, status and month: group by what the row has, then look at few pathways."""
    grouped = _GROUPED.format(month=_MONTH[database], legacy="1 = 1")
    return (
        f"SELECT c.class, p.org_name, g.status, g.m, SUM(g.n) FROM ({grouped}) g JOIN ({CLASSES}) c "
        "ON c.id = g.pathway_id JOIN catalog_pathway p ON p.id = g.pathway_id "
        "GROUP BY c.class, p.org_name, g.status, g.m"
    )


def export(pathways: list[int]) -> str:
    """Return each row of the pathways, which have one program each, with its evidence as plain figures."""
    return _EXPORT.format(ids=", ".join(map(str, pathways)))


def audit(database: str, state: str) -> str:
    """Return a script that asks what the audit asks in this state, and nothing that the database answers by itself."""
    legacy = "1 = 1" if state == "legacy" else "program_id IS NULL"
    grouped = _GROUPED.format(month=_MONTH[database], legacy=legacy)
    questions = [f"SELECT g.*, c.class FROM ({grouped}) g JOIN ({CLASSES}) c ON c.id = g.pathway_id"]
    if database != "postgresql":
        # The foreign keys of the others hold for those only who leave them, or switch them, on.
        questions.append(_ORPHANS.format(legacy=legacy))
    if state == "target":
        duplicates = _TARGET[1].replace("SUM(p < n)", "COUNT(CASE WHEN p < n THEN 1 END)")
        questions += [_TARGET[0], duplicates, _TARGET[2]]
    return ";\n".join(questions)
