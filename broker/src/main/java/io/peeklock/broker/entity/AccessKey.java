/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A shared access key: who knows it has the claims of its policy (rule Q6).
 *
 * <p>Immutable, thread safe. Shows itself only by {@link #text}, never in {@link #toString}, and is compared in a time that
 * says nothing of it.
 */
public final class AccessKey {

    /** Fewest characters of a key that somebody has chosen. */
    public static final int MIN_CHARS = 8;

    public static final int MAX_CHARS = 256;

    private static final int RANDOM_BYTES = 32;

    private final String text;
    private final byte[] bytes;

    private AccessKey(String text, byte[] bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /**
     * A key that somebody has chosen: {@value #MIN_CHARS} to {@value #MAX_CHARS} visible ASCII characters.
     *
     * @throws BrokerException InvalidOperation, which does not repeat it
     */
    public static AccessKey of(String text) {
        boolean visible = text.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (text.length() < MIN_CHARS || text.length() > MAX_CHARS || !visible) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    "a shared access key has " + MIN_CHARS + " to " + MAX_CHARS
                            + " visible ASCII characters and no blank; leave it out to get a random one");
        }
        return new AccessKey(text, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A new key of 256 random bits, in base 64. */
    public static AccessKey random(SecureRandom random) {
        byte[] bits = new byte[RANDOM_BYTES];
        random.nextBytes(bits);
        return of(Base64.getEncoder().encodeToString(bits));
    }

    /** The key itself: for whoever is to be given it, and for nobody's log. */
    public String text() {
        return text;
    }

    /** Whether somebody has given this key. Takes as long wherever the two differ. */
    public boolean matches(String given) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccessKey key && MessageDigest.isEqual(key.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Says nothing of it. */
    @Override
    public String toString() {
        return "access key";
    }
}
