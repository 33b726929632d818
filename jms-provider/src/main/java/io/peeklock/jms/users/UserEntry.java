/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.users;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The command that makes a line of the file of users: asks for the password, or reads it from its input, and writes the
 * line to its output.
 *
 * <p>Has no state; any thread.
 */
public final class UserEntry {

    private static final int DONE = 0;
    private static final int WRONG_USE = 2;

    private UserEntry() {}

    /** {@code UserEntry NAME}. Exit code 0, or 2 if the arguments or the password are not to be used. */
    public static void main(String[] arguments) throws IOException {
        System.exit(run(
                arguments,
                System.console(),
                new InputStreamReader(System.in, StandardCharsets.UTF_8),
                System.out,
                System.err));
    }

    static int run(String[] arguments, @Nullable Console console, Reader in, PrintStream out, PrintStream err)
            throws IOException {
        if (arguments.length != 1) {
            err.println("usage: UserEntry NAME; the password is asked for, or read from the first line of the input");
            return WRONG_USE;
        }
        char[] password = console == null ? firstLine(in) : asked(console);
        if (password.length == 0) {
            err.println("a password is needed, and the same one twice");
            return WRONG_USE;
        }
        try {
            out.println(line(arguments[0], password));
            return DONE;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return WRONG_USE;
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private static char[] asked(Console console) {
        char[] first = console.readPassword("Password: ");
        char[] second = console.readPassword("Once more: ");
        boolean same = first != null && Arrays.equals(first, second);
        return same && first != null ? first : new char[0];
    }

    private static char[] firstLine(Reader in) throws IOException {
        String line = new BufferedReader(in).readLine();
        return line == null ? new char[0] : line.toCharArray();
    }

    /**
     * The line of a user, with a new salt.
     *
     * @throws IllegalArgumentException if the name cannot stand in the file
     */
    public static String line(String name, char[] password) {
        return UserFile.requireName(name) + ":"
                + PasswordHash.of(password, new SecureRandom()).format();
    }
}
