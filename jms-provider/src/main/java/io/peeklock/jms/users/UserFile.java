/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The users of a broker: a line {@code name:hash} each, {@code #} for comments; {@link UserEntry} makes such lines.
 *
 * <p>Thread safe. Read when somebody connects and again when it has changed, so that a user who is taken out cannot
 * connect any more. Who has connected once is recognised quickly from then on.
 */
public final class UserFile {

    private static final int MAX_NAME = 128;
    private static final String MAC = "HmacSHA256";

    private final Path file;
    private final SecretKeySpec key;
    private volatile @Nullable Users users;

    /** What the file said at a moment, and the fingerprints of passwords that were right since. */
    private record Users(FileTime changed, long bytes, Map<String, PasswordHash> hashes, Map<String, byte[]> known) {}

    /** Nothing is read yet. */
    public UserFile(Path file) {
        this.file = file;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, MAC);
    }

    /**
     * Whether there is a user of that name.
     *
     * @throws IOException as {@link #admits}
     */
    public boolean lists(String name) throws IOException {
        return users().hashes.containsKey(name);
    }

    /**
     * Whether this is the name and password of a user.
     *
     * @throws IOException saying what is wrong if the file cannot be read, is damaged, or others may write it: then
     *     nobody is let in
     */
    public boolean admits(@Nullable String name, @Nullable String password) throws IOException {
        Users now = users();
        if (name == null || password == null) {
            return false;
        }
        PasswordHash hash = now.hashes.get(name);
        byte[] fingerprint = fingerprint(name, password);
        byte[] known = hash == null ? null : now.known.get(name);
        if (known != null && MessageDigest.isEqual(known, fingerprint)) {
            return true;
        }
        boolean right = (hash == null ? PasswordHash.OF_NOBODY : hash).matches(password.toCharArray()) && hash != null;
        if (right) {
            now.known.put(name, fingerprint);
        }
        return right;
    }

    /** Of use in this process only: its key is never written down. */
    private byte[] fingerprint(String name, String password) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }

    private Users current() throws IOException {
        Users last = users;
        FileTime changed = Files.getLastModifiedTime(file);
        long bytes = Files.size(file);
        if (last != null && last.changed.equals(changed) && last.bytes == bytes) {
            return last;
        }
        requireOwnersAlone();
        Users read = new Users(
                changed, bytes, parse(Files.readAllLines(file, StandardCharsets.UTF_8)), new ConcurrentHashMap<>());
        users = read;
        return read;
    }

    /** The JDK's exceptions say what is wrong with their names only. */
    private Users users() throws IOException {
        try {
            return current();
        } catch (NoSuchFileException e) {
            throw because(
                    new NoSuchFileException(
                            file.toString(), null, "does not exist; make it, or mend the path in the option users"),
                    e);
        } catch (AccessDeniedException e) {
            throw because(new AccessDeniedException(file.toString(), null, "this process has no right to read it"), e);
        }
    }

    private static IOException because(IOException inWords, IOException error) {
        inWords.initCause(error);
        return inWords;
    }

    /** Whoever may write it could let himself in. */
    private void requireOwnersAlone() throws IOException {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("others than its owner may write " + file + "; take that away (chmod 600)");
        }
    }

    private Map<String, PasswordHash> parse(List<String> lines) throws IOException {
        Map<String, PasswordHash> hashes = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            try {
                String name = requireName(line.substring(0, Math.max(colon, 0)));
                if (hashes.put(name, PasswordHash.parse(line.substring(colon + 1))) != null) {
                    throw new IllegalArgumentException("the user is in the file already");
                }
            } catch (NumberFormatException e) {
                // Its message would repeat what stands there.
                throw new IOException("line " + (i + 1) + " of " + file + ": the iterations are no number");
            } catch (IllegalArgumentException e) {
                throw new IOException("line " + (i + 1) + " of " + file + ": " + e.getMessage(), e);
            }
        }
        return hashes;
    }

    /** A name that can stand in the file. */
    static String requireName(String name) {
        boolean plain = name.codePoints().noneMatch(c -> c == ':' || Character.isISOControl(c));
        if (name.isBlank()
                || name.length() > MAX_NAME
                || !plain
                || !name.equals(name.strip())
                || name.startsWith("#")) {
            throw new IllegalArgumentException("a user's name has 1 to " + MAX_NAME
                    + " characters, no colon, no # first and no blank at its ends");
        }
        return name;
    }

    @Override
    public String toString() {
        return "users in " + file;
    }
}
