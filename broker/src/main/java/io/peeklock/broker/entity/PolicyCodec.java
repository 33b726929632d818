/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.MalformedContentException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * Writes policies as bytes and reads them, big endian, lengths in bytes.
 *
 * <p>Has no state; any thread. The keys are in it as they are (decision 57).
 *
 * <pre>
 *  0        1        2        10              18
 * +--------+--------+--------+---------------+--------+------+-------------+---------------+
 * | format | kind   | id i64 | entity id i64 | claims | name | primary key | secondary key |
 * | = 1    | = 5    |        | 0: namespace  | bits   | text | text        | text          |
 * +--------+--------+--------+---------------+--------+------+-------------+---------------+
 *
 * claims: 1 manage, 2 send, 4 listen. text: length u16, ASCII
 * </pre>
 */
final class PolicyCodec {
    private static final byte FORMAT = 1;
    /** Behind that of {@link RuleCodec}. */
    private static final byte KIND_POLICY = 5;

    private static final int FIXED_BYTES = 2 + 2 * Long.BYTES + 1 + 3 * Short.BYTES;

    private PolicyCodec() {}

    static byte[] encode(PolicyDefinition policy) {
        byte[] name = ascii(policy.name());
        byte[] primary = ascii(policy.primaryKey().text());
        byte[] secondary = ascii(policy.secondaryKey().text());
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + name.length + primary.length + secondary.length)
                .put(FORMAT)
                .put(KIND_POLICY)
                .putLong(policy.id())
                .putLong(policy.entityId())
                .put(bits(policy.claims()));
        for (byte[] text : new byte[][] {name, primary, secondary}) {
            out.putShort((short) text.length).put(text);
        }
        return out.array();
    }

    private static byte bits(Set<Claim> claims) {
        int bits = 0;
        for (Claim claim : claims) {
            bits |= claim.bit();
        }
        return (byte) bits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static PolicyDefinition decode(ByteBuffer in) {
        try {
            PolicyDefinition policy = read(in);
            if (in.hasRemaining()) {
                throw new MalformedContentException("a policy has " + in.remaining() + " bytes behind its end");
            }
            return policy;
        } catch (BufferUnderflowException e) {
            throw new MalformedContentException("a policy ends too early");
        } catch (BrokerException | IllegalArgumentException e) {
            throw new MalformedContentException("a policy breaks the rules: " + e.getMessage());
        }
    }

    // Everything is read in the order of the bytes.

    private static PolicyDefinition read(ByteBuffer in) {
        byte format = in.get();
        byte kind = in.get();
        if (format != FORMAT || kind != KIND_POLICY) {
            throw new MalformedContentException("a policy has format " + format + " and kind " + kind
                    + ", this program reads format " + FORMAT + " and kind " + KIND_POLICY
                    + "; a newer one may have written it");
        }
        long id = in.getLong();
        long entityId = in.getLong();
        Set<Claim> claims = claims(in.get());
        String name = readText(in);
        AccessKey primary = AccessKey.of(readText(in));
        return new PolicyDefinition(id, entityId, name, claims, primary, AccessKey.of(readText(in)));
    }

    private static Set<Claim> claims(byte bits) {
        if ((bits & ~Claim.ALL) != 0) {
            throw new MalformedContentException("a policy has unknown claims " + bits);
        }
        Set<Claim> claims = EnumSet.noneOf(Claim.class);
        for (Claim claim : Claim.values()) {
            if ((bits & claim.bit()) != 0) {
                claims.add(claim);
            }
        }
        return claims;
    }

    private static String readText(ByteBuffer in) {
        byte[] bytes = new byte[Math.min(in.getShort() & 0xFFFF, in.remaining() + 1)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
