-- The functions of https://www.postgresql.org/docs/current/uuid-ossp.html in SQL. What the server itself cannot
-- compute (SHA-1) says so when it is called; its signature is there, so that DDL that names it loads.

CREATE FUNCTION uuid_nil() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '00000000-0000-0000-0000-000000000000'::uuid;

CREATE FUNCTION uuid_ns_dns() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_url() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_oid() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_ns_x500() RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN pg_catalog.gen_random_uuid();

-- RFC 9562, 5.1: a count of 100 ns since 1582-10-15, low half first; clock sequence and node are random here, which
-- the node's multicast bit declares.
CREATE FUNCTION uuid_generate_v1() RETURNS uuid LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
    ticks text := pg_catalog.lpad(pg_catalog.to_hex(
        (extract(epoch FROM pg_catalog.clock_timestamp()) * 10000000)::bigint + 122192928000000000), 15, '0');
    random text := pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', '');
BEGIN
    RETURN (pg_catalog.substr(ticks, 8) || pg_catalog.substr(ticks, 4, 4) || '1' || pg_catalog.substr(ticks, 1, 3)
        || pg_catalog.substr(random, 17, 5) || '1' || pg_catalog.substr(random, 23, 10))::uuid;
END $$;

CREATE FUNCTION uuid_generate_v1mc() RETURNS uuid LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
    ticks text := pg_catalog.lpad(pg_catalog.to_hex(
        (extract(epoch FROM pg_catalog.clock_timestamp()) * 10000000)::bigint + 122192928000000000), 15, '0');
    random text := pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', '');
BEGIN
    RETURN (pg_catalog.substr(ticks, 8) || pg_catalog.substr(ticks, 4, 4) || '1' || pg_catalog.substr(ticks, 1, 3)
        || pg_catalog.substr(random, 17, 5) || '1' || pg_catalog.substr(random, 23, 10))::uuid;
END $$;

-- RFC 9562, 5.3: MD5 of namespace and name, with the version and the variant put in.
CREATE FUNCTION uuid_generate_v3(namespace uuid, name text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    hash text := pg_catalog.md5(pg_catalog.uuid_send(namespace) || pg_catalog.convert_to(name, 'UTF8'));
    variant text := pg_catalog.substr('89ab', (pg_catalog.strpos('0123456789abcdef', pg_catalog.substr(hash, 17, 1)) - 1) % 4 + 1, 1);
BEGIN
    RETURN (pg_catalog.substr(hash, 1, 12) || '3' || pg_catalog.substr(hash, 14, 3) || variant || pg_catalog.substr(hash, 18))::uuid;
END $$;

CREATE FUNCTION uuid_generate_v5(namespace uuid, name text) RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'uuid_generate_v5 needs SHA-1, which the embedded server lacks';
END $$;
