/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Another disk, of which nothing can be changed; some files can be shown under other names, or not at all.
 *
 * <p>Thread safe if the other one is.
 */
public final class ReadOnlyDisk implements Disk {

    private final Disk disk;
    private final Set<Path> hidden;
    private final Map<Path, Path> shownAs;

    public ReadOnlyDisk(Disk disk) {
        this(disk, Set.of(), Map.of());
    }

    /**
     * A view with other names.
     *
     * @param hidden files that are not shown
     * @param shownAs files that are shown, by the name that they are shown under
     */
    public ReadOnlyDisk(Disk disk, Set<Path> hidden, Map<Path, Path> shownAs) {
        this.disk = disk;
        this.hidden = Set.copyOf(hidden);
        this.shownAs = Map.copyOf(shownAs);
    }

    private Path real(Path file) {
        return shownAs.getOrDefault(file, file);
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return disk.openReadOnly(real(file));
    }

    @Override
    public boolean exists(Path file) {
        return shownAs.containsKey(file) || (!hidden.contains(file) && disk.exists(file));
    }

    @Override
    public boolean isDirectory(Path path) {
        return disk.isDirectory(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return disk.size(real(file));
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        Set<String> names = new TreeSet<>(disk.list(directory));
        hidden.forEach(file -> forget(names, directory, file));
        shownAs.values().forEach(file -> forget(names, directory, file));
        shownAs.keySet().forEach(file -> {
            if (directory.equals(file.getParent())) {
                names.add(file.getFileName().toString());
            }
        });
        return List.copyOf(names);
    }

    private static void forget(Set<String> names, Path directory, Path file) {
        if (directory.equals(file.getParent())) {
            names.remove(file.getFileName().toString());
        }
    }

    @Override
    public List<String> listDirectories(Path directory) throws IOException {
        return disk.listDirectories(directory);
    }

    @Override
    public String identity(Path directory) throws IOException {
        return disk.identity(directory);
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return disk.realPath(path);
    }

    @Override
    public Access access(Path path) throws IOException {
        return disk.access(path);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return disk.usableBytes(directory);
    }

    @Override
    public String fileSystemType(Path directory) throws IOException {
        return disk.fileSystemType(directory);
    }

    @Override
    public DiskFile open(Path file, boolean create) {
        throw refusal("open for writing", file);
    }

    @Override
    public void createDirectories(Path directory) {
        throw refusal("create", directory);
    }

    @Override
    public void rename(Path from, Path to) {
        throw refusal("rename", from);
    }

    @Override
    public void delete(Path file) {
        throw refusal("delete", file);
    }

    @Override
    public void syncDirectory(Path directory) {
        throw refusal("sync", directory);
    }

    @Override
    public void restrictToOwner(Path path) {
        throw refusal("change", path);
    }

    /** Whoever was given this disk has no business to write: a bug, not a fault of the disk. */
    private static UnsupportedOperationException refusal(String what, Path path) {
        return new UnsupportedOperationException("must not " + what + " " + path);
    }
}
