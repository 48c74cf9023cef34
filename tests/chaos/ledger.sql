-- The tables that are captured (schema shop) and the book that the database itself keeps of every
-- change to them (schema ledger), in the transaction that makes it.
CREATE SCHEMA shop;
CREATE SCHEMA ledger;

-- Every row says which change it is (seq, unique) and which transaction made it (tx).
CREATE TABLE shop.account (id bigint PRIMARY KEY, seq bigint, tx bigint, body text);
CREATE TABLE shop.line (region int, number int, seq bigint, tx bigint, body text,
    PRIMARY KEY (number, region));
CREATE TABLE shop.note (name text PRIMARY KEY, seq bigint, tx bigint, body text);
ALTER TABLE shop.note REPLICA IDENTITY FULL;
-- Values that PostgreSQL stores apart, and leaves out of updates that don't touch them.
CREATE TABLE shop.document (id bigint PRIMARY KEY, seq bigint, tx bigint, body text);
ALTER TABLE shop.document ALTER body SET STORAGE EXTERNAL;

-- Where snapshots are asked for.
CREATE TABLE ledger.signal (id text PRIMARY KEY, type text, data text);

CREATE SEQUENCE ledger.seq CACHE 1;
CREATE TABLE ledger.change (n bigserial PRIMARY KEY, xid bigint, tbl text, op char, key jsonb,
    seq bigint);
CREATE TABLE ledger.commit (n bigserial PRIMARY KEY, xid bigint UNIQUE, lsn pg_lsn);

CREATE FUNCTION ledger.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.seq := nextval('ledger.seq');
    NEW.tx := txid_current();
    RETURN NEW;
END $$;

-- TG_ARGV: the key's columns. A change of the key counts as a delete and a create.
CREATE FUNCTION ledger.book() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_key jsonb; new_key jsonb; name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF TG_OP <> 'INSERT' THEN
            old_key := coalesce(old_key, '[]') || jsonb_build_array(to_jsonb(OLD) -> name);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            new_key := coalesce(new_key, '[]') || jsonb_build_array(to_jsonb(NEW) -> name);
        END IF;
    END LOOP;
    IF old_key = new_key THEN
        INSERT INTO ledger.change (xid, tbl, op, key, seq)
            VALUES (txid_current(), TG_TABLE_NAME, 'u', new_key, NEW.seq);
        RETURN NULL;
    END IF;
    IF old_key IS NOT NULL THEN
        INSERT INTO ledger.change (xid, tbl, op, key)
            VALUES (txid_current(), TG_TABLE_NAME, 'd', old_key);
    END IF;
    IF new_key IS NOT NULL THEN
        INSERT INTO ledger.change (xid, tbl, op, key, seq)
            VALUES (txid_current(), TG_TABLE_NAME, 'c', new_key, NEW.seq);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON shop.account
    FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON shop.line
    FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON shop.note
    FOR EACH ROW EXECUTE FUNCTION ledger.stamp();
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON shop.document
    FOR EACH ROW EXECUTE FUNCTION ledger.stamp();

CREATE TRIGGER book AFTER INSERT OR UPDATE OR DELETE ON shop.account
    FOR EACH ROW EXECUTE FUNCTION ledger.book('id');
CREATE TRIGGER book AFTER INSERT OR UPDATE OR DELETE ON shop.line
    FOR EACH ROW EXECUTE FUNCTION ledger.book('number', 'region');
CREATE TRIGGER book AFTER INSERT OR UPDATE OR DELETE ON shop.note
    FOR EACH ROW EXECUTE FUNCTION ledger.book('name');
CREATE TRIGGER book AFTER INSERT OR UPDATE OR DELETE ON shop.document
    FOR EACH ROW EXECUTE FUNCTION ledger.book('id');
