/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The file system of the machine.
 *
 * <p>Thread safe. An interrupted thread that reads, writes or syncs closes the file for everybody, so application
 * threads must not.
 */
public final class FileSystemDisk implements Disk {

    private static final Set<PosixFilePermission> OWNER_ON_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ON_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);
    // Windows opens no directories and keeps its metadata in order without being asked.
    private static final boolean DIRECTORIES_CAN_BE_SYNCED = File.separatorChar == '/';
    // Beyond any content: where locks are mandatory, others can still read the file and learn who has it.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    @Override
    public DiskFile open(Path file, boolean create) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (create) {
            options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        }
        return new ChannelFile(FileChannel.open(file, options, attributes(file, OWNER_ON_FILE)));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return new ChannelFile(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean isDirectory(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return names(directory, Files::isRegularFile);
    }

    @Override
    public List<String> listDirectories(Path directory) throws IOException {
        return names(directory, Files::isDirectory);
    }

    private static List<String> names(Path directory, Predicate<Path> which) throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, which::test)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        Files.createDirectories(directory, attributes(directory, OWNER_ON_DIRECTORY));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (DIRECTORIES_CAN_BE_SYNCED) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public String identity(Path directory) throws IOException {
        return "file:" + directory.toRealPath();
    }

    @Override
    public Path realPath(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path existing = existing(absolute);
        return existing.toRealPath().resolve(existing.relativize(absolute));
    }

    @Override
    public Access access(Path path) throws IOException {
        if (!hasPosixPermissions(path)) {
            return Access.UNKNOWN;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            return Access.ANYBODY_WRITES;
        }
        return Collections.disjoint(permissions, OF_OTHERS) ? Access.OWNER_ONLY : Access.SOME_OTHERS;
    }

    @Override
    public void restrictToOwner(Path path) throws IOException {
        if (hasPosixPermissions(path)) {
            Files.setPosixFilePermissions(path, Files.isDirectory(path) ? OWNER_ON_DIRECTORY : OWNER_ON_FILE);
        }
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return storeOf(directory).getUsableSpace();
    }

    @Override
    public String fileSystemType(Path directory) throws IOException {
        // Windows calls a share of another machine by the name of what that machine has.
        return directory.toAbsolutePath().toString().startsWith("\\\\")
                ? "UNC"
                : storeOf(directory).type();
    }

    private static FileStore storeOf(Path directory) throws IOException {
        return Files.getFileStore(existing(directory));
    }

    private static Path existing(Path path) {
        Path existing = path.toAbsolutePath();
        for (Path parent = existing.getParent(); parent != null && Files.notExists(existing); ) {
            existing = parent;
            parent = existing.getParent();
        }
        return existing;
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return hasPosixPermissions(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean hasPosixPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * A file over a channel.
     *
     * <p>Thread safe.
     */
    private record ChannelFile(FileChannel channel) implements DiskFile {

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            return channel.write(source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public boolean tryLock() throws IOException {
            try {
                return channel.tryLock(LOCKED_BYTE, 1, false) != null;
            } catch (OverlappingFileLockException e) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
