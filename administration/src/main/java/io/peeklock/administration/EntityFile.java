/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.Administration;
import io.peeklock.broker.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The queues, topics, subscriptions and rules that a namespace is to have, as a JSON file says it: the {@code Config.json} of the
 * Service Bus emulator, with more settings where this bus has more. docs/administration.md describes it.
 *
 * <p>Immutable, thread safe.
 */
public final class EntityFile {

    /** Largest file, in bytes of UTF-8. */
    public static final int MAX_BYTES = 64 << 20;

    /** What becomes of what is there and not in the file. */
    public enum Others {
        /** It stays as it is. */
        KEEP,
        /**
         * It is deleted, with its messages. Not what is temporary, nor subscriptions that applications made: these end as
         * their makers want.
         */
        DELETE
    }

    /** Whether an export shows the keys of shared access policies. */
    public enum Keys {
        LEFT_OUT,
        INCLUDED
    }

    private final String source;
    private final Declaration declaration;

    private EntityFile(String source, Declaration declaration) {
        this.source = source;
        this.declaration = declaration;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws ConfigException saying everything that is wrong with it, and where
     */
    public static EntityFile read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        return parse(file.toString(), bytes);
    }

    /**
     * Reads a document.
     *
     * @throws ConfigException saying everything that is wrong with it, and where
     */
    public static EntityFile parse(String document) {
        return parse("the document", document.getBytes(StandardCharsets.UTF_8));
    }

    private static EntityFile parse(String source, byte[] bytes) {
        Problems problems = new Problems(source);
        String text = text(bytes, problems);
        JsonValue document = text == null ? null : JsonReader.read(text, problems);
        Declaration declaration = document == null ? Declaration.NOTHING : DocumentReader.read(document, problems);
        problems.throwIfAny();
        return new EntityFile(source, declaration);
    }

    private static @Nullable String text(byte[] bytes, Problems problems) {
        Position top = new Position(1, 1);
        if (bytes.length > MAX_BYTES) {
            problems.add("", top, "the file has more than " + MAX_BYTES + " bytes, which is what is allowed");
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // A byte order mark, as some editors write it.
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            problems.add("", top, "the file is not in UTF-8: save it so");
            return null;
        }
    }

    /**
     * Makes a namespace as this file says: creates what is missing and changes what differs and may change. What the file does
     * not mention of an entity stays as it is, and has its default in a new one; a list of rules is all that a subscription
     * has. Everything is checked before the first change. Each change is durable by itself; if the process ends, or one
     * fails, in the middle, applying the file again does the rest.
     *
     * <p>The future fails with {@link ConfigException}, and nothing was changed, if something of it cannot be; with another
     * {@code BrokerException} if a change failed.
     */
    public CompletableFuture<AppliedChanges> applyTo(Namespace bus, Others others) {
        return Unwrapped.of(Snapshot.of(bus)
                .thenCompose(there -> new Planning(bus, declaration, there, new Problems(source))
                        .make(others == Others.DELETE)
                        .run()));
    }

    /**
     * What a namespace has, as a file that applied to an empty one makes the same. Without temporary entities, without
     * subscriptions that applications made, and without the keys of policies, which are new then.
     */
    public static CompletableFuture<String> export(Administration bus) {
        return export(bus, Keys.LEFT_OUT);
    }

    /** The same, with the keys of policies if they are asked for: whoever reads the file can connect with them then. */
    public static CompletableFuture<String> export(Administration bus, Keys keys) {
        return Unwrapped.of(Snapshot.of(bus).thenApply(there -> Exporting.text(there, keys == Keys.INCLUDED)));
    }
}
