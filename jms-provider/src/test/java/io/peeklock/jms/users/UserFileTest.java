/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of users, and the command that makes its lines. */
class UserFileTest {

    @TempDir
    Path directory;

    private Path file;
    private UserFile users;

    @BeforeEach
    void name() {
        file = directory.resolve("users");
        users = new UserFile(file);
    }

    private void write(String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String line(String name, String password) {
        return UserEntry.line(name, password.toCharArray());
    }

    @Test
    void admitsAUserByTheRightPasswordAgainAndAgain() throws IOException {
        write("# who may", "", line("alice", "pässword: x"), line("bob", "b"));
        for (int i = 0; i < 3; i++) {
            assertThat(users.admits("alice", "pässword: x")).isTrue();
            assertThat(users.admits("alice", "b")).isFalse();
        }
        assertThat(users.admits("bob", "b")).isTrue();
        assertThat(users.admits("bob", "pässword: x")).isFalse();
    }

    @Test
    void admitsNobodyElse() throws IOException {
        write(line("alice", "a"));
        assertThat(users.admits("bob", "a")).isFalse();
        assertThat(users.admits("Alice", "a")).isFalse();
        assertThat(users.admits("", "")).isFalse();
        assertThat(users.admits(null, "a")).isFalse();
        assertThat(users.admits("alice", null)).isFalse();
        assertThat(users.admits("alice", "")).isFalse();
    }

    @Test
    void hasASaltOfItsOwnForEachLineAndNoPasswordInIt() {
        assertThat(line("alice", "secret"))
                .isNotEqualTo(line("alice", "secret"))
                .doesNotContain("secret");
    }

    @Test
    void seesThatAUserWasTakenOutOrHasANewPassword() throws IOException {
        write(line("alice", "a"), line("bob", "b"));
        assertThat(users.admits("alice", "a")).isTrue();
        assertThat(users.admits("bob", "b")).isTrue();
        write(line("bob", "other"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        assertThat(users.admits("alice", "a")).isFalse();
        assertThat(users.admits("bob", "b")).isFalse();
        assertThat(users.admits("bob", "other")).isTrue();
    }

    @Test
    void letsNobodyInIfTheFileIsNotThere() {
        assertThatThrownBy(() -> users.admits("alice", "a")).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw----", "rw----rw-"})
    void letsNobodyInIfOthersMayWriteTheFile(String permissions) throws IOException {
        write(line("alice", "a"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> users.admits("alice", "a"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "alice:topsecret",
                ":pbkdf2-sha512:210000:AAAAAAAAAAAAAAAAAAAAAA==:AAAA",
                "alice:pbkdf2-sha512:topsecret:AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "alice:pbkdf2-sha512:1:AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "alice:pbkdf2-sha512:210000::AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "alice:pbkdf2-sha512:210000:AAAAAAAAAAAAAAAAAAAAAA==:"
            })
    void letsNobodyInIfALineIsDamagedAndNamesItWithoutWhatIsInIt(String damaged) throws IOException {
        write(line("bob", "b"), damaged);
        assertThatThrownBy(() -> users.admits("bob", "b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void refusesTheSameUserTwice() throws IOException {
        write(line("bob", "b"), line("bob", "c"));
        assertThatThrownBy(() -> users.admits("bob", "b")).hasMessageContaining("line 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a:b", "#a", " a", "a\n"})
    void refusesNamesThatCannotStandInIt(String name) {
        assertThatThrownBy(() -> line(name, "a")).isInstanceOf(IllegalArgumentException.class);
    }

    private static String entry(String input, int exitCode, String... arguments) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream complaints = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        assertThat(UserEntry.run(arguments, null, new StringReader(input), printed, complaints))
                .isEqualTo(exitCode);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void isMadeOfLinesOfTheCommand() throws IOException {
        write(entry("secret\n", 0, "alice").strip());
        assertThat(users.admits("alice", "secret")).isTrue();
        assertThat(entry("secret\n", 2)).isEmpty();
        assertThat(entry("", 2, "alice")).isEmpty();
        assertThat(entry("secret\n", 2, "a:b")).isEmpty();
    }
}
