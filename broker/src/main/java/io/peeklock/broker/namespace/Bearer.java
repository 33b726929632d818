/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.LockToken;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.Definitions;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.EntityDescription;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.PolicyDefinition;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who came with a name and a key, and what that allows now: the claims of every policy of that name which has the key (rule
 * Q6).
 *
 * <p>Thread safe. What is remembered is as good as the policies' stamp: a change of any of them counts at the next question.
 */
final class Bearer {

    /**
     * What is allowed as long as the stamp is the same, as masks of {@link Claim}.
     *
     * @param everywhere on every entity
     * @param entityIds those on which more is allowed, ascending
     * @param masks what is allowed on each of them, beside that
     */
    private record Granted(Object stamp, int everywhere, long[] entityIds, int[] masks) {
        int on(long entityId) {
            int at = entityIds.length == 0 ? -1 : Arrays.binarySearch(entityIds, entityId);
            return at < 0 ? everywhere : everywhere | masks[at];
        }

        boolean isNothing() {
            return everywhere == 0 && entityIds.length == 0;
        }
    }

    private final Definitions definitions;
    private final String name;
    private final String key;
    private final Set<Long> ownTemporaries = ConcurrentHashMap.newKeySet();
    /** Of all who came with this name and key, who share it. */
    private final Set<Long> usersTemporaries;

    private volatile Granted granted;

    /**
     * @param usersTemporaries shared by all that are the same user
     * @throws BrokerException Unauthorized if no policy has that name and key
     */
    Bearer(Definitions definitions, String name, String key, Set<Long> usersTemporaries) {
        this.definitions = definitions;
        this.name = name;
        this.key = key;
        this.usersTemporaries = usersTemporaries;
        this.granted = grant();
        if (granted.isNothing()) {
            throw new BrokerException(
                    ErrorCode.Unauthorized,
                    "no shared access policy has that name and that key: mind the spelling, or ask a manager");
        }
    }

    /** That of its policies. */
    String name() {
        return name;
    }

    /** Whether it came with the same name and key, so that policies allow both the same, now and later. */
    boolean isSameUser(Bearer other) {
        return other.usersTemporaries == usersTemporaries;
    }

    private Granted granted() {
        Granted known = granted;
        if (known.stamp != definitions.policies().stamp()) {
            known = grant();
            granted = known;
        }
        return known;
    }

    private Granted grant() {
        // Before the policies are read: what changes meanwhile makes this old.
        Object stamp = definitions.policies().stamp();
        int everywhere = 0;
        SortedMap<Long, Integer> there = new TreeMap<>();
        for (PolicyDefinition policy : definitions.policies().named(name)) {
            if (!policy.admits(key)) {
                continue;
            }
            int mask = Claim.allowed(policy.claims());
            if (policy.entityId() == 0) {
                everywhere |= mask;
            } else {
                there.put(policy.entityId(), mask);
            }
        }
        return new Granted(
                stamp,
                everywhere,
                there.keySet().stream().mapToLong(Long::longValue).toArray(),
                there.values().stream().mapToInt(Integer::intValue).toArray());
    }

    /** Why it may not do that there, or null if it may. A subscription has the claims of its topic. */
    @Nullable
    BrokerException refusal(Claim claim, EntityPath path) {
        Granted now = granted();
        if ((now.everywhere & claim.bit()) != 0 || (allowed(now, path) & claim.bit()) != 0) {
            return null;
        }
        return refused(claim, path);
    }

    /** Why it may not know of it: any claim will do, but of subscriptions nobody knows who does not listen to the topic. */
    @Nullable
    BrokerException refusalOfAny(EntityPath path) {
        if (path.kind() == EntityKind.SUBSCRIPTION) {
            return refusal(Claim.LISTEN, path);
        }
        Granted now = granted();
        if (now.everywhere != 0 || allowed(now, path) != 0) {
            return null;
        }
        return refused("has no claim on " + titleOf(path) + ": a manager can give it one");
    }

    /** Why it may not do that with the namespace as such, or with all of its entities; or null if it may. */
    @Nullable
    BrokerException refusal(Claim claim) {
        if ((granted().everywhere & claim.bit()) != 0) {
            return null;
        }
        return refused("has no claim " + claim + " on the namespace: a manager can give it that");
    }

    /** Why it may not create that, on first use neither, or null if it may. */
    @Nullable
    BrokerException refusalOfCreating(EntityPath path) {
        if ((granted().everywhere & Claim.MANAGE.bit()) != 0) {
            return null;
        }
        return refused("may not create " + titleOf(path)
                + ", on first use neither: that needs the claim MANAGE on the namespace; let a manager create it");
    }

    boolean knows(EntityPath path) {
        return definitions.find(path).isPresent();
    }

    /** Why it may do nothing any more, or null if there is anything it may. */
    @Nullable
    BrokerException refusalOfAll() {
        return granted().isNothing() ? refused("") : null;
    }

    /** Refuses; with what is true of everything if the bearer may do nothing any more. */
    private BrokerException refused(String what) {
        return new BrokerException(
                ErrorCode.Unauthorized,
                "policy '" + name + "' "
                        + (granted.isNothing()
                                ? "was deleted, or has another key: connect again with the right one"
                                : what));
    }

    /** Why it may not settle or renew what was received under a lock, or null if it may. */
    @Nullable
    BrokerException refusal(Claim claim, LockToken token) {
        return refusal(claim, token.entityId());
    }

    /** The same of whatever is held of an entity, by that one's id. */
    @Nullable
    BrokerException refusal(Claim claim, long entityId) {
        Granted now = granted();
        if ((now.everywhere & claim.bit()) != 0) {
            return null;
        }
        EntityDefinition entity = definitions.find(entityId).orElse(null);
        if (entity != null && (allowed(now, entity) & claim.bit()) != 0) {
            return null;
        }
        return entity == null ? refusal(claim) : refused(claim, entity.path());
    }

    /** The same of a transaction in which others of the same user may have a share: they may receive from what is theirs. */
    @Nullable
    BrokerException refusalInTransaction(Claim claim, long entityId) {
        BrokerException refusal = refusal(claim, entityId);
        boolean isTheirs = refusal != null && !granted().isNothing() && isOfUser(entityId);
        return isTheirs ? null : refusal;
    }

    private boolean isOfUser(long entityId) {
        return usersTemporaries.contains(entityId)
                || definitions
                        .find(entityId)
                        .map(entity -> usersTemporaries.contains(entity.topicId()))
                        .orElse(false);
    }

    private BrokerException refused(Claim claim, EntityPath path) {
        return refused("has no claim " + claim + " on " + titleOf(path)
                + ": a manager can give it that, on the "
                + (path.kind() == EntityKind.QUEUE ? "queue" : "topic")
                + " or on the namespace");
    }

    private static String titleOf(EntityPath path) {
        return path.kind() + " '" + path + "'";
    }

    private int allowed(Granted now, EntityPath path) {
        Optional<EntityDefinition> found = definitions.find(path);
        if (found.isPresent()) {
            return allowed(now, found.get());
        }
        // What is not there is refused as what is: nobody learns of it.
        boolean ofTopic = path.kind() == EntityKind.SUBSCRIPTION;
        return ofTopic ? allowed(now, EntityPath.topic(path.name())) : now.everywhere;
    }

    /**
     * A temporary queue or topic is that of who has made it. Its name cannot be guessed: whoever was told it, as the place for
     * an answer, may send there with any claim on anything.
     */
    private int allowed(Granted now, EntityDefinition entity) {
        long owner = entity.topicId() == 0 ? entity.id() : entity.topicId();
        if (owner > 0) {
            return now.on(owner);
        }
        if (now.isNothing()) {
            return 0;
        }
        return isOwn(owner) ? Claim.ALL : now.everywhere | Claim.SEND.bit();
    }

    /** Whether it was made by this bearer and is temporary. It may be changed and deleted whatever has become of policies. */
    boolean isOwn(EntityPath path) {
        return !ownTemporaries.isEmpty()
                && definitions.find(path).map(entity -> isOwn(entity.id())).orElse(false);
    }

    private boolean isOwn(long entityId) {
        return ownTemporaries.contains(entityId);
    }

    /** It has made this temporary entity. */
    void owns(EntityPath path) {
        definitions.find(path).ifPresent(entity -> {
            ownTemporaries.add(entity.id());
            usersTemporaries.add(entity.id());
        });
    }

    /** It deletes what may be its own; run what this gives when that is done. */
    Runnable forgetting(EntityPath path) {
        Optional<EntityDefinition> going = definitions.find(path);
        return () -> going.ifPresent(entity -> {
            ownTemporaries.remove(entity.id());
            usersTemporaries.remove(entity.id());
        });
    }

    /** Whether applications have made it for themselves, which makes it every listener's of its topic. */
    boolean isMadeByApplication(EntityPath subscription) {
        return definitions
                .find(subscription)
                .map(entity -> entity.subscription().madeByApplication())
                .orElse(false);
    }

    /** Why it may not let an entity forward messages or dead letters to where it does not so far, or null if it may. */
    @Nullable
    BrokerException refusalOfTargets(EntityDescription description) {
        EntityOptions before = definitions
                .find(description.path())
                .map(entity -> entity.description().options())
                .orElse(EntityOptions.NONE);
        EntityOptions now = description.options();
        BrokerException refusal = refusalOfTarget(before.forwardTo(), now.forwardTo());
        return refusal != null
                ? refusal
                : refusalOfTarget(before.forwardDeadLetteredMessagesTo(), now.forwardDeadLetteredMessagesTo());
    }

    private @Nullable BrokerException refusalOfTarget(@Nullable String before, @Nullable String target) {
        if (target == null || target.equals(before)) {
            return null;
        }
        EntityDefinition found = definitions.destination(target);
        return refusal(Claim.SEND, found == null ? EntityPath.queue(target) : found.path());
    }

    @Override
    public String toString() {
        return "bearer of a key of policy '" + name + "'";
    }
}
