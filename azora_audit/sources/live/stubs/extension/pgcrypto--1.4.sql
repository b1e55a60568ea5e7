-- The functions of https://www.postgresql.org/docs/current/pgcrypto.html. Those that PostgreSQL can compute without
-- OpenSSL work; the others say so when they are called; their signatures are there, so that DDL that names them loads.

CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN pg_catalog.gen_random_uuid();

CREATE FUNCTION fips_mode() RETURNS boolean LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN false;

CREATE FUNCTION digest(bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    CASE pg_catalog.lower($2)
        WHEN 'md5' THEN RETURN pg_catalog.decode(pg_catalog.md5($1), 'hex');
        WHEN 'sha224' THEN RETURN pg_catalog.sha224($1);
        WHEN 'sha256' THEN RETURN pg_catalog.sha256($1);
        WHEN 'sha384' THEN RETURN pg_catalog.sha384($1);
        WHEN 'sha512' THEN RETURN pg_catalog.sha512($1);
        ELSE RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = pg_catalog.format('digest %L needs OpenSSL, which the embedded server lacks', $2);
    END CASE;
END $$;

-- pgcrypto's pair of signatures makes a call with two untyped literals a text call; so does this pair.
CREATE FUNCTION digest(text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    CASE pg_catalog.lower($2)
        WHEN 'md5' THEN RETURN pg_catalog.decode(pg_catalog.md5($1), 'hex');
        WHEN 'sha224' THEN RETURN pg_catalog.sha224(pg_catalog.convert_to($1, 'UTF8'));
        WHEN 'sha256' THEN RETURN pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8'));
        WHEN 'sha384' THEN RETURN pg_catalog.sha384(pg_catalog.convert_to($1, 'UTF8'));
        WHEN 'sha512' THEN RETURN pg_catalog.sha512(pg_catalog.convert_to($1, 'UTF8'));
        ELSE RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
            MESSAGE = pg_catalog.format('digest %L needs OpenSSL, which the embedded server lacks', $2);
    END CASE;
END $$;

CREATE FUNCTION gen_random_bytes(integer) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
    bytes bytea := '';
BEGIN
    IF $1 < 1 OR $1 > 1024 THEN
        RAISE EXCEPTION USING ERRCODE = 'external_routine_invocation_exception', MESSAGE = 'Length not in range';
    END IF;
    WHILE pg_catalog.length(bytes) < $1 LOOP
        -- Only the last 7 bytes of a version 4 UUID are random throughout.
        bytes := bytes || pg_catalog.substr(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()), 10);
    END LOOP;
    RETURN pg_catalog.substr(bytes, 1, $1);
END $$;

CREATE FUNCTION hmac(text, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'hmac needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION hmac(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'hmac needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION crypt(text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'crypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION gen_salt(text) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'gen_salt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION gen_salt(text, integer) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'gen_salt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION encrypt(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'encrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION decrypt(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'decrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION encrypt_iv(bytea, bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'encrypt_iv needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION decrypt_iv(bytea, bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'decrypt_iv needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_encrypt(text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_encrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_encrypt(text, text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_encrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_encrypt_bytea(bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_encrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_encrypt_bytea(bytea, text, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_encrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_decrypt(bytea, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_decrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_decrypt(bytea, text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_decrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_decrypt_bytea(bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_decrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_sym_decrypt_bytea(bytea, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_sym_decrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_encrypt(text, bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_encrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_encrypt(text, bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_encrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_encrypt_bytea(bytea, bytea) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_encrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_encrypt_bytea(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_encrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_decrypt(bytea, bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_decrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_decrypt(bytea, bytea, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_decrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_decrypt(bytea, bytea, text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_decrypt needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_decrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_decrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_pub_decrypt_bytea(bytea, bytea, text, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_pub_decrypt_bytea needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_key_id(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_key_id needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION armor(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'armor needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION armor(bytea, text[], text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'armor needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION dearmor(text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'dearmor needs OpenSSL, which the embedded server lacks';
END $$;

CREATE FUNCTION pgp_armor_headers(text, OUT key text, OUT value text) RETURNS SETOF record LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
        MESSAGE = 'pgp_armor_headers needs OpenSSL, which the embedded server lacks';
END $$;
