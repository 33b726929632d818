/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.users;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password that can be checked but not read: PBKDF2 with HMAC-SHA-512, its salt and its number of iterations.
 *
 * <p>Immutable, thread safe. Making and checking one takes a good part of a second on purpose. Written as {@code
 * pbkdf2-sha512:iterations:salt:hash}, the last two in base 64.
 */
final class PasswordHash {

    private static final String SCHEME = "pbkdf2-sha512";
    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    private static final int ITERATIONS = 210_000;
    private static final int MIN_ITERATIONS = 1_000;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** So that an unknown user takes as long to refuse as a wrong password. */
    static final PasswordHash OF_NOBODY = new PasswordHash(ITERATIONS, new byte[SALT_BYTES], new byte[HASH_BYTES]);

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** The hash of a password, with a salt of its own. */
    static PasswordHash of(char[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(ITERATIONS, salt, hash(password, salt, ITERATIONS, HASH_BYTES));
    }

    /** @throws IllegalArgumentException if it is not written as one; the message does not repeat it */
    static PasswordHash parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 4 || !parts[0].equals(SCHEME)) {
            throw new IllegalArgumentException("a hash is written " + SCHEME + ":iterations:salt:hash");
        }
        int iterations = Integer.parseInt(parts[1]);
        byte[] salt = Base64.getDecoder().decode(parts[2]);
        byte[] hash = Base64.getDecoder().decode(parts[3]);
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException(MIN_ITERATIONS + " to " + MAX_ITERATIONS + " iterations are allowed");
        }
        if (salt.length < SALT_BYTES || hash.length < HASH_BYTES) {
            throw new IllegalArgumentException("a salt has " + SALT_BYTES + " bytes or more, a hash " + HASH_BYTES);
        }
        return new PasswordHash(iterations, salt, hash);
    }

    boolean matches(char[] password) {
        // In the same time wherever they differ.
        return MessageDigest.isEqual(hash, hash(password, salt, iterations, hash.length));
    }

    private static byte[] hash(char[] password, byte[] salt, int iterations, int bytes) {
        PBEKeySpec key = new PBEKeySpec(password, salt, iterations, bytes * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(key).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        } finally {
            key.clearPassword();
        }
    }

    /** As it stands in the file. */
    String format() {
        Base64.Encoder encoder = Base64.getEncoder();
        return SCHEME + ":" + iterations + ":" + encoder.encodeToString(salt) + ":" + encoder.encodeToString(hash);
    }

    /** Says nothing of what is in it. */
    @Override
    public String toString() {
        return SCHEME;
    }
}
