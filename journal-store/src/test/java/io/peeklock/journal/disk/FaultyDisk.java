/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import io.peeklock.journal.disk.Fault.Effect;
import io.peeklock.journal.disk.Fault.Operation;
import io.peeklock.journal.disk.SimulatedTree.Node;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that fails, lies, fills up and loses power on demand, the same way each time.
 *
 * <p>Thread safe: one monitor, which no call holds while it waits at a {@link Gate}. Strict: what was not synced, names
 * included, may be gone after {@link #crash}.
 */
public final class FaultyDisk implements Disk {

    private final String identity = "memory-" + UUID.randomUUID();
    private final SimulatedTree tree;
    private final Map<Path, Access> accesses = new TreeMap<>();
    private final Map<Path, Long> rooms = new TreeMap<>();
    private final List<Gate> gates = new CopyOnWriteArrayList<>();
    private final FaultPlan plan = new FaultPlan();
    private long capacityBytes = Long.MAX_VALUE;
    private long bytesWritten;
    private int openFiles;
    private String fileSystemType = "";

    public FaultyDisk() {
        this(new SimulatedTree());
    }

    private FaultyDisk(SimulatedTree tree) {
        this.tree = tree;
    }

    // What a test does to the disk.

    /** From now on calls like these go wrong. Of several that hit one call the first added counts. */
    public synchronized void add(Fault fault) {
        plan.add(fault);
    }

    /** Takes back all faults. */
    public synchronized void heal() {
        plan.heal();
    }

    /** Makes calls like these wait until the gate is opened. */
    public Gate hold(Operation operation, Predicate<Path> paths) {
        Gate gate = new Gate(operation, paths, gates);
        gates.add(gate);
        return gate;
    }

    /** Files together can have this many bytes: what does not fit is written in part, then there is no space left. */
    public synchronized void limitCapacity(long bytes) {
        capacityBytes = bytes;
    }

    /** What is said of the room in a directory and below; nothing holds anybody to it. */
    public synchronized void limitRoom(Path directory, long bytes) {
        rooms.put(absolute(directory), bytes);
    }

    public synchronized void setAccess(Path path, Access access) {
        accesses.put(absolute(path), access);
    }

    public synchronized void setFileSystemType(String type) {
        fileSystemType = type;
    }

    @Override
    public synchronized String fileSystemType(Path directory) {
        return fileSystemType;
    }

    /** After this many more changing calls (see {@link Operation}) every call fails, until {@link #crash}. */
    public synchronized void cutPowerAfter(int changingCalls) {
        plan.cutPowerAfter(changingCalls);
    }

    public synchronized boolean isOff() {
        return plan.isOff();
    }

    /** Cuts the power: this disk fails from now on, the one returned is what the next start finds. */
    public synchronized FaultyDisk crash(Crash crash) {
        plan.cutPower();
        FaultyDisk left = new FaultyDisk(tree.after(crash, crash.random()));
        left.accesses.putAll(accesses);
        left.capacityBytes = capacityBytes;
        return left;
    }

    public synchronized void flipBit(Path file, long position, int bit) {
        byte[] bytes = content(file).read(position, 1);
        bytes[0] ^= (byte) (1 << bit);
        content(file).damage(position, bytes);
    }

    public synchronized void zero(Path file, long position, int length) {
        content(file).damage(position, new byte[length]);
    }

    public synchronized void overwrite(Path file, long position, byte[] bytes) {
        content(file).damage(position, bytes.clone());
    }

    /** Cuts a file, durably. */
    public synchronized void cut(Path file, long size) {
        content(file).truncate(size);
        content(file).sync();
    }

    /** Takes a file, or a directory with everything below, away, durably. */
    public synchronized void lose(Path path) {
        tree.lose(absolute(path));
    }

    // What a test asks.

    public synchronized long calls(Operation operation) {
        return plan.calls(operation);
    }

    /** Number of calls so far that changed something or made it durable, failed ones included. */
    public synchronized long changes() {
        return plan.changes();
    }

    public synchronized long bytesWritten() {
        return bytesWritten;
    }

    /** Openings that nobody has closed. */
    public synchronized int openFiles() {
        return openFiles;
    }

    public synchronized byte[] bytes(Path file) {
        SimulatedFile content = content(file);
        return content.read(0, (int) content.size());
    }

    /** All files with their contents' hashes: equal if nothing is different. */
    public synchronized Map<Path, String> fingerprint() {
        Map<Path, String> hashes = new TreeMap<>();
        tree.files().forEach((path, file) -> {
            byte[] bytes = file.read(0, (int) file.size());
            hashes.put(path, bytes.length + " bytes, " + Arrays.hashCode(bytes));
        });
        return hashes;
    }

    // The disk.

    @Override
    public DiskFile open(Path file, boolean create) throws IOException {
        Path path = absolute(file);
        before(Operation.OPEN, path);
        synchronized (this) {
            Node node = tree.get(path);
            if (node == null && create) {
                requireDirectory(path.getParent());
                count(Operation.OPEN, path, true);
                node = new Node(new SimulatedFile());
                tree.create(path, node);
            } else {
                count(Operation.OPEN, path, false);
            }
            return new FaultyFile(this, path, contentOf(node, path), true);
        }
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        Path path = absolute(file);
        before(Operation.OPEN, path);
        synchronized (this) {
            count(Operation.OPEN, path, false);
            return new FaultyFile(this, path, contentOf(tree.get(path), path), false);
        }
    }

    @Override
    public synchronized boolean exists(Path file) {
        return tree.get(absolute(file)) != null;
    }

    @Override
    public synchronized boolean isDirectory(Path path) {
        Node node = tree.get(absolute(path));
        return node != null && node.content() == null;
    }

    @Override
    public synchronized long size(Path file) throws IOException {
        Path path = absolute(file);
        return contentOf(tree.get(path), path).size();
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return children(directory, false);
    }

    @Override
    public List<String> listDirectories(Path directory) throws IOException {
        return children(directory, true);
    }

    private List<String> children(Path directory, boolean directories) throws IOException {
        Path path = absolute(directory);
        before(Operation.LIST, path);
        synchronized (this) {
            count(Operation.LIST, path, false);
            if (tree.get(path) == null) {
                return List.of();
            }
            requireDirectory(path);
            return tree.children(path).stream()
                    .filter(child -> isDirectory(child) == directories)
                    .map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Path path = absolute(directory);
        before(Operation.CREATE_DIRECTORY, path);
        synchronized (this) {
            if (count(Operation.CREATE_DIRECTORY, path, true) == Effect.LOST) {
                return;
            }
            for (int names = 1; names <= path.getNameCount(); names++) {
                Path part = path.getRoot().resolve(path.subpath(0, names));
                Node node = tree.get(part);
                if (node == null) {
                    tree.create(part, Node.DIRECTORY);
                } else if (node.content() != null) {
                    throw new FileAlreadyExistsException(part.toString());
                }
            }
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Path source = absolute(from);
        before(Operation.RENAME, source);
        synchronized (this) {
            Effect effect = count(Operation.RENAME, source, true);
            contentOf(tree.get(source), source);
            requireDirectory(absolute(to).getParent());
            if (effect != Effect.LOST) {
                tree.rename(source, absolute(to));
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Path path = absolute(file);
        before(Operation.DELETE, path);
        synchronized (this) {
            Effect effect = count(Operation.DELETE, path, true);
            if (tree.get(path) != null && effect != Effect.LOST) {
                if (!tree.children(path).isEmpty()) {
                    throw new IOException(path + ": Directory not empty");
                }
                tree.delete(path);
            }
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        Path path = absolute(directory);
        before(Operation.SYNC_DIRECTORY, path);
        synchronized (this) {
            Effect effect = count(Operation.SYNC_DIRECTORY, path, true);
            requireDirectory(path);
            if (effect != Effect.LOST) {
                tree.sync(path);
            }
        }
    }

    @Override
    public synchronized String identity(Path directory) throws IOException {
        requireDirectory(absolute(directory));
        return identity + ":" + absolute(directory);
    }

    @Override
    public synchronized Access access(Path path) {
        return accesses.getOrDefault(absolute(path), Access.OWNER_ONLY);
    }

    @Override
    public synchronized void restrictToOwner(Path path) {
        accesses.remove(absolute(path));
    }

    @Override
    public synchronized long usableBytes(Path directory) {
        for (Map.Entry<Path, Long> room : rooms.entrySet()) {
            if (absolute(directory).startsWith(room.getKey())) {
                return room.getValue();
            }
        }
        return capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, capacityBytes - usedBytes());
    }

    // What open files need.

    /** Waits at gates. Without the monitor. */
    void before(Operation operation, Path path) throws IOException {
        for (Gate gate : gates) {
            gate.pass(operation, path);
        }
    }

    /** Counts a call and says how it goes wrong, null if well; throws if the fault is an error. */
    synchronized @Nullable Effect count(Operation operation, Path path, boolean changes) throws IOException {
        return plan.count(operation, path, changes);
    }

    synchronized void opened() {
        openFiles++;
    }

    synchronized void closed() {
        openFiles--;
    }

    synchronized long freeBytes() {
        return capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : capacityBytes - usedBytes();
    }

    synchronized void written(int bytes) {
        bytesWritten += bytes;
    }

    private long usedBytes() {
        return tree.files().values().stream().mapToLong(SimulatedFile::size).sum();
    }

    private SimulatedFile content(Path file) {
        Node node = tree.get(absolute(file));
        if (node == null || node.content() == null) {
            throw new IllegalArgumentException("no such file: " + file);
        }
        return node.content();
    }

    private static SimulatedFile contentOf(@Nullable Node node, Path path) throws IOException {
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (node.content() == null) {
            throw new IOException(path + ": Is a directory");
        }
        return node.content();
    }

    private void requireDirectory(Path path) throws IOException {
        Node node = tree.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (node.content() != null) {
            throw new NotDirectoryException(path.toString());
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
