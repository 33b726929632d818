/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;

/**
 * Words in files, by XA: a prepared branch is a file, and to commit it is to rename it. For tests of what Narayana does with a
 * resource of which everything is in sight.
 *
 * <p>Thread safe: its state is the file system's.
 */
final class FileStore {

    private static final HexFormat HEX = HexFormat.of();

    private final Path prepared;
    private final Path committed;

    FileStore(Path directory) {
        prepared = directory.resolve("prepared");
        committed = directory.resolve("committed");
        try {
            Files.createDirectories(prepared);
            Files.createDirectories(committed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that was committed, sorted. */
    List<String> words() throws IOException {
        List<String> words = new ArrayList<>();
        for (Path file : files(committed)) {
            words.addAll(Files.readAllLines(file));
        }
        words.sort(null);
        return words;
    }

    int inDoubt() throws IOException {
        return files(prepared).size();
    }

    void prepare(Xid xid, List<String> words) throws IOException {
        Path draft = prepared.resolveSibling(name(xid));
        try (FileChannel file = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(String.join("\n", words).getBytes(StandardCharsets.UTF_8)));
            file.force(true);
        }
        Files.move(draft, prepared.resolve(name(xid)), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether there was such a branch. */
    boolean commit(Xid xid) throws IOException {
        Path file = prepared.resolve(name(xid));
        if (!Files.exists(file)) {
            return false;
        }
        Files.move(file, committed.resolve(name(xid)), StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /** Whether there was such a branch. */
    boolean rollback(Xid xid) throws IOException {
        return Files.deleteIfExists(prepared.resolve(name(xid)));
    }

    Xid[] recover() throws XAException {
        try {
            return files(prepared).stream()
                    .map(file -> xid(file.getFileName().toString()))
                    .toArray(Xid[]::new);
        } catch (IOException e) {
            throw new XAException(XAException.XAER_RMFAIL);
        }
    }

    boolean isOf(FileStore other) {
        return prepared.equals(other.prepared);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static String name(Xid xid) {
        return xid.getFormatId() + "_" + HEX.formatHex(xid.getGlobalTransactionId()) + "_"
                + HEX.formatHex(xid.getBranchQualifier());
    }

    private static Xid xid(String name) {
        String[] parts = name.split("_", -1);
        return new NamedXid(Integer.parseInt(parts[0]), HEX.parseHex(parts[1]), HEX.parseHex(parts[2]));
    }

    private record NamedXid(int formatId, byte[] gtrid, byte[] bqual) implements Xid {

        @Override
        public int getFormatId() {
            return formatId;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return gtrid.clone();
        }

        @Override
        public byte[] getBranchQualifier() {
            return bqual.clone();
        }
    }
}
