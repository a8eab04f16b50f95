"""The tables of a stage, and what is done to them in many rows."""

TABLES = """
pragma journal_mode = off;
pragma synchronous = off;
pragma cache_size = -65536;
create table label (key text primary key, name text, kind text, color text);
create table image (n integer primary key, key text unique, name text, entry text, dataset text, sha256 text,
    file text, task integer unique, member text unique, height integer, width integer, occupied integer);
create table object (n integer primary key, image text, label text, entry text, shape text, rank real,
    flags integer, attributes text);
create table known (task integer primary key, name text, stem text, dataset text, sha256 text,
    height integer, width integer, occupied integer);
create table ready (n integer primary key, image integer, label text, counts text, x integer, y integer,
    w integer, h integer, area integer, flags integer, attributes text);
create table problem (n integer primary key, entry text, message text);
create table fact (name text primary key, value integer);
"""

LABEL = "insert or ignore into label values (?, ?, ?, ?)"
IMAGE = "insert or ignore into image (key, name, entry, dataset, sha256, file) values (?, ?, ?, ?, ?, ?)"
OBJECT = (
    "insert into object (image, label, entry, shape, rank, flags, attributes) values (?, ?, ?, ?, ?, ?, ?)"
)
KNOWN_BY = {
    "sha256": "select task, height, width, occupied, name, dataset from known where sha256 = ?",
    "name": "select task, height, width, occupied, name, dataset from known where name = ?",
    "stem": "select task, height, width, occupied, name, dataset from known where stem = ?",
}
KNOWN = "insert into known values (?, ?, ?, ?, ?, ?, ?, ?)"
TAKEN = "select entry from image where task = ?"
TAKEN_FILE = "select entry from image where member = ?"
MATCH = "update image set task = ?, height = ?, width = ?, occupied = ? where n = ?"
BRING = "update image set name = ?, member = ?, height = ?, width = ?, occupied = 0 where n = ?"
READY = (
    "insert into ready (image, label, counts, x, y, w, h, area, flags, attributes) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
PROBLEM = "insert into problem (entry, message) values (?, ?)"
